"""Whether terms can be put in force: everything that a clock will ever ask for can be read."""

from itertools import product
from typing import Any

from complaints.rules.limits import DEFAULT_TERMS, Limit, Policy, complete
from complaints.terms import Category, ClockKind, Kind, Lane

# How many levels each ladder names: the warning of the working one has a rule of its own.
RUNGS = {"natural": 5, "working": 4}


def check_terms(terms: dict[str, Any]) -> None:
    """Raises ValueError, TypeError or KeyError for what no clock could read."""
    if unknown := terms.keys() - DEFAULT_TERMS.keys():
        raise ValueError(f"unknown terms: {sorted(unknown)}")
    policy = Policy(complete(terms))
    for clock, lane, kind in product(ClockKind, Lane, Kind):
        policy.limit(clock, lane, kind)
    for name, rungs in RUNGS.items():
        if len(policy.ladders[name]) != rungs:
            raise ValueError(f"the ladder {name!r} has {rungs} steps")
    for category in Category:
        Lane(policy.lane_for(category))
    for number in policy.terms["rates"].values():
        int(number)
    for name, default in DEFAULT_TERMS.items():
        if isinstance(default, str):
            Limit.parse(policy.terms[name])
        elif isinstance(default, int):
            policy.number(name)
