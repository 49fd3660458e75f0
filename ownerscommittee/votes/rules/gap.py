"""补差: what is missing to two thirds, and which doors to knock at first."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from ownerscommittee.votes.rules.weights import NOTHING, QUORUM, Weight, total
from ownerscommittee.votes.terms import Contact

# Whoever promised first, whoever refused last; nobody is ever left out of the list of all.
LIKELIEST = [
    Contact.PROMISED,
    Contact.DELIVERED,
    Contact.NOT_CONTACTED,
    Contact.AWAY,
    Contact.VACANT,
    Contact.REFUSED,
]


@dataclass(frozen=True)
class Waiting:
    """A right that has not voted: where it is and how far one has come with its owner."""

    key: Hashable
    weight: Weight
    place: Hashable = None
    contact: str = Contact.NOT_CONTACTED


def needed(everyone: Weight) -> Weight:
    """The least that makes two thirds of both: 101 people need 68."""
    return Weight(
        -(-QUORUM.part * everyone.area // QUORUM.of), -(-QUORUM.part * everyone.heads // QUORUM.of)
    )


def missing(voted: Weight, everyone: Weight) -> Weight:
    """What still has to come; nothing in a measure that is already there."""
    short = needed(everyone) - voted
    return Weight(max(short.area, 0), max(short.heads, 0))


def closing_set(gap: Weight, waiting: Iterable[Waiting]) -> list[Waiting]:
    """The fewest likely doors that close the gap in heads and in area.

    The likeliest come first and within one likelihood the largest; as soon as both measures are
    full, those that turn out not to be needed are left out again, the least likely first. All
    that wait, if even they are not enough.
    """
    chosen: list[Waiting] = []
    reached = NOTHING
    for each in sorted(waiting, key=_likeliness):
        if _closes(reached, gap):
            break
        chosen.append(each)
        reached += each.weight
    needed_ones: list[Waiting] = []
    for each in reversed(chosen):
        if _closes(reached - each.weight, gap):
            reached -= each.weight
        else:
            needed_ones.append(each)
    return needed_ones[::-1]


def _likeliness(each: Waiting) -> tuple[int, int]:
    return LIKELIEST.index(Contact(each.contact)), -each.weight.area


def _closes(reached: Weight, gap: Weight) -> bool:
    return reached.area >= gap.area and reached.heads >= gap.heads


def is_within_reach(gap: Weight, waiting: Sequence[Waiting]) -> bool:
    """Whether those who have not refused could close the gap."""
    open_doors = [each.weight for each in waiting if each.contact != Contact.REFUSED]
    return _closes(total(open_doors), gap)


def by_place(waiting: Iterable[Waiting]) -> dict[Hashable, Weight]:
    """How much waits in each building."""
    places: dict[Hashable, Weight] = {}
    for each in waiting:
        places[each.place] = places.get(each.place, NOTHING) + each.weight
    return places
