"""三率 of a month (tickets.md §7), exactly; rounded half up at display and nowhere else."""

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

NOTHING = "—"
TOO_FEW = "样本不足"
TIERS = ["第一档", "第二档", "第三档"]


@dataclass(frozen=True)
class Counts:
    """What was counted of the tickets that were closed in a month."""

    closed: int = 0
    public: int = 0  # of these, on the board
    due: int = 0  # first contacts that were owed
    contacted: int = 0  # and made in time
    answered: int = 0  # residents who answered; silence counts as nothing
    solved: int = 0
    partly: int = 0
    satisfied: int = 0
    basically: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )


@dataclass(frozen=True)
class Rates:
    """响应率, 解决率, 满意率 and 综合 as fractions of 1; None where nothing was to be counted."""

    counts: Counts
    terms: dict[str, int]

    def _part(self, whole: int, *parts: tuple[int, int]) -> Fraction | None:
        """Each part with its weight in hundredths."""
        if not whole:
            return None
        return Fraction(sum(count * weight for count, weight in parts), 100 * whole)

    @property
    def response(self) -> Fraction | None:
        return self._part(self.counts.due, (self.counts.contacted, 100))

    @property
    def solution(self) -> Fraction | None:
        halves = (self.counts.partly, self.terms["partly_percent"])
        return self._part(self.counts.answered, (self.counts.solved, 100), halves)

    @property
    def satisfaction(self) -> Fraction | None:
        basic = (self.counts.basically, self.terms["basically_percent"])
        return self._part(self.counts.answered, (self.counts.satisfied, 100), basic)

    @property
    def composite(self) -> Fraction | None:
        """None, and outside comparison, as soon as one of the three has no denominator."""
        weighed = [
            (self.response, self.terms["response_weight"]),
            (self.solution, self.terms["solution_weight"]),
            (self.satisfaction, self.terms["satisfaction_weight"]),
        ]
        total, whole = Fraction(0), sum(weight for _, weight in weighed)
        for rate, weight in weighed:
            if rate is None or not whole:
                return None
            total += rate * weight
        return total / whole

    @property
    def are_enough(self) -> bool:
        return self.counts.answered >= self.terms["enough_answers"]

    @property
    def tier(self) -> str:
        """A tier, not a place in a ranking."""
        if self.composite is None or not self.are_enough:
            return TOO_FEW
        hundredths = self.composite * 100
        bounds = [self.terms["first_tier"], self.terms["second_tier"]]
        return TIERS[sum(hundredths < bound for bound in bounds)]

    def shown(self) -> dict[str, str]:
        """The four as they are printed; of few answers none that would judge."""
        rates = {"solution": self.solution, "satisfaction": self.satisfaction}
        rates["composite"] = self.composite
        printed = {
            name: percent(rate) if self.are_enough else TOO_FEW for name, rate in rates.items()
        }
        if not self.counts.answered:
            printed = dict.fromkeys(rates, NOTHING)
        return {"response": percent(self.response), **printed}


def percent(rate: Fraction | None) -> str:
    """96.67, or — for nothing out of nothing."""
    if rate is None:
        return NOTHING
    hundredths = (rate * 10_000 + Fraction(1, 2)) // 1
    return f"{hundredths // 100}.{hundredths % 100:02}"


def rates_of(counts: Counts, terms: dict[str, Any]) -> Rates:
    return Rates(counts, terms["rates"])
