"""三率 of a month (tickets.md §7), exactly; rounded half up at display and nowhere else."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from complaints.rules.months import FIGURES

NOTHING = "—"
TOO_FEW = "样本不足"
TIERS = ["第一档", "第二档", "第三档"]
# The figures that judge; where few answered they are not shown.
JUDGING = ["solution", "solution_with_shelf", "satisfaction", "composite"]


@dataclass(frozen=True)
class Rates:
    """Fractions of 1; None where nothing was to be counted. `counts` has the names of FIGURES."""

    counts: dict[str, int]
    terms: dict[str, int]

    def __getitem__(self, figure: str) -> int:
        return self.counts[figure]

    @property
    def response(self) -> Fraction | None:
        """响应率"""
        return share(self["contact_due"], (self["contacted"], 100))

    @property
    def solution(self) -> Fraction | None:
        """解决率, without 挂账"""
        return self._solution_of(self["answered"])

    @property
    def solution_with_shelf(self) -> Fraction | None:
        """解决率 that counts what lies on the shelf as not solved."""
        return self._solution_of(self["answered"] + self["shelved_alone"])

    def _solution_of(self, whole: int) -> Fraction | None:
        return share(whole, (self["solved"], 100), (self["partly"], self.terms["partly_percent"]))

    @property
    def satisfaction(self) -> Fraction | None:
        """满意率"""
        basic = (self["basically"], self.terms["basically_percent"])
        return share(self["answered"], (self["satisfied"], 100), basic)

    @property
    def composite(self) -> Fraction | None:
        """综合: None, and outside comparison, as soon as one of the three has no denominator."""
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
        return self["answered"] >= self.terms["enough_answers"]

    @property
    def tier(self) -> str:
        """A tier, not a place in a ranking."""
        if self.composite is None or not self.are_enough:
            return TOO_FEW
        hundredths = self.composite * 100
        bounds = [self.terms["first_tier"], self.terms["second_tier"]]
        return TIERS[sum(hundredths < bound for bound in bounds)]

    def shown(self) -> dict[str, str]:
        """As they are printed; of few answers none that would judge."""
        printed = {
            name: percent(getattr(self, name)) if self.are_enough else TOO_FEW for name in JUDGING
        }
        if not self["answered"]:
            printed = dict.fromkeys(JUDGING, NOTHING)
        return {"response": percent(self.response), **printed}

    def beside(self) -> dict[str, str]:
        """What stands beside the three: signed and finished in time, returned, done again."""
        ended = self["is_ended"]
        return {
            "signing": percent(share(self["sign_due"], (self["signed"], 100))),
            "finishing": percent(share(self["finish_due"], (self["finished"], 100))),
            "returning": percent(share(ended, (self["returned"], 100))),
            "redoing": percent(share(ended, (self["redone"], 100))),
        }


def share(whole: int, *parts: tuple[int, int]) -> Fraction | None:
    """Each part with its weight in hundredths."""
    if not whole:
        return None
    return Fraction(sum(count * weight for count, weight in parts), 100 * whole)


def percent(rate: Fraction | None) -> str:
    """96.67, or — for nothing out of nothing."""
    if rate is None:
        return NOTHING
    hundredths = (rate * 10_000 + Fraction(1, 2)) // 1
    return f"{hundredths // 100}.{hundredths % 100:02}"


def rates_of(counts: dict[str, int], terms: dict[str, Any]) -> Rates:
    names = [*FIGURES, "shelved_alone"]
    return Rates({name: counts.get(name, 0) for name in names}, terms["rates"])


def less(counts: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {figure: number - other.get(figure, 0) for figure, number in counts.items()}
