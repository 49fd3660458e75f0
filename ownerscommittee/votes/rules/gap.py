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
    """The smallest list of doors that closes the gap in heads and in area, the likeliest first.

    Refusals come in only where nobody else is enough. Among lists of one length the likelier
    doors are taken. All that wait, if even they do not close it.
    """
    doors = sorted(waiting, key=_likeliness)
    willing = [each for each in doors if each.contact != Contact.REFUSED]
    if is_within_reach(gap, willing):
        doors = willing
    chosen = _fewest(gap, doors)
    return sorted(_likelier(gap, chosen, doors), key=_likeliness)


def _fewest(gap: Weight, doors: Sequence[Waiting]) -> list[Waiting]:
    """So many heads as are missing, the largest of them, then whatever is largest."""
    largest = sorted(doors, key=lambda each: -each.weight.area)
    chosen = [each for each in largest if each.weight.heads][: gap.heads]
    taken = {each.key for each in chosen}
    reached = total([each.weight for each in chosen])
    for each in largest:
        if _closes(reached, gap):
            break
        if each.key not in taken:
            chosen.append(each)
            reached += each.weight
    return chosen


def _likelier(gap: Weight, chosen: list[Waiting], doors: Sequence[Waiting]) -> list[Waiting]:
    """The same number of doors, each unlikely one put off for a likelier one while it still closes.

    Of each likelihood the smallest door goes first: it leaves the least behind.
    """
    by_contact = {
        contact: sorted((one for one in chosen if one.contact == contact), key=_area)
        for contact in LIKELIEST
    }
    taken = {each.key for each in chosen}
    reached = total([each.weight for each in chosen])
    for each in doors:
        if each.key in taken:
            continue
        for contact in reversed(LIKELIEST[LIKELIEST.index(Contact(each.contact)) + 1 :]):
            row = by_contact[contact]
            if row and _closes(after := reached - row[0].weight + each.weight, gap):
                row.pop(0)
                by_contact[Contact(each.contact)].append(each)
                reached = after
                break
    return [each for row in by_contact.values() for each in row]


def _area(each: Waiting) -> int:
    return each.weight.area


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
