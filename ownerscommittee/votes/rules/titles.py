"""建房[2009]274号 and the Supreme Court's interpretation, art. 9: who is one head."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from ownerscommittee.votes.rules.weights import Weight, total

COUNTED_USES = ["dwelling", "shop"]


@dataclass(frozen=True)
class Title:
    """One unit as it is owned: `owners` are keys of people, or the developer's name alone.

    `voter` is who of several owners was designated. `use` is a value of UnitUse.
    """

    unit: Hashable
    owners: frozenset[Hashable]
    area: int
    voter: Hashable = None
    use: str = "dwelling"
    is_developer: bool = False


@dataclass(frozen=True)
class Holding:
    """All units of the same owners: one voting right."""

    titles: tuple[Title, ...]

    @property
    def owners(self) -> frozenset[Hashable]:
        return self.titles[0].owners

    @property
    def is_developer(self) -> bool:
        return self.titles[0].is_developer

    @property
    def voter(self) -> Hashable:
        """The first one designated for any of the units."""
        named = (title.voter for title in self.titles if title.voter is not None)
        return next(named, None)

    @property
    def weight(self) -> Weight:
        return Weight(sum(title.area for title in self.titles), 1)


def holdings_of(titles: Iterable[Title], also_counted: Iterable[str] = ()) -> list[Holding]:
    """One holding for each owner or set of co-owners, in the order of their first unit.

    All units of one owner are one head; so is everything that a developer has not sold or not
    handed over; so is a unit of several owners. Parking and storage count only where the bylaws
    say so (rule 8).
    """
    counted = {*COUNTED_USES, *also_counted}
    grouped: dict[tuple[bool, frozenset[Hashable]], list[Title]] = {}
    for title in titles:
        if title.use in counted:
            grouped.setdefault((title.is_developer, title.owners), []).append(title)
    return [Holding(tuple(group)) for group in grouped.values()]


def weight_of(holdings: Iterable[Holding]) -> Weight:
    return total([holding.weight for holding in holdings])
