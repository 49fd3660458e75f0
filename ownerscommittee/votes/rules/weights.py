"""What an owner weighs, and the fractions that the law asks for."""

from dataclasses import dataclass
from fractions import Fraction

from ownerscommittee.votes.terms import Measure

Number = int | Fraction


@dataclass(frozen=True)
class Weight:
    """A body of owners, weighed both ways that the law weighs it (art. 278): 0.01 ㎡ and heads."""

    area: int = 0
    heads: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.area + other.area, self.heads + other.heads)

    def __sub__(self, other: "Weight") -> "Weight":
        return Weight(self.area - other.area, self.heads - other.heads)

    def by(self, measure: Measure) -> int:
        return self.area if measure == Measure.AREA else self.heads


NOTHING = Weight()


def total(weights: "list[Weight]") -> Weight:
    return sum(weights, NOTHING)


@dataclass(frozen=True)
class Threshold:
    """A fraction of a whole. 以上 includes the number itself, 过半数 does not (art. 1259)."""

    part: int
    of: int
    includes: bool
    reached: str
    missed: str

    def met(self, part: Number, whole: Number) -> bool:
        """Of nobody there is no fraction."""
        if whole <= 0:
            return False
        left, right = self.of * part, self.part * whole
        return left >= right if self.includes else left > right

    def arithmetic(self, part: Number, whole: Number, measure: Measure) -> str:
        """3×410 = 1230 ＜ 2×754 = 1508, for the page that shows how it was reckoned."""
        left, right = self.of * part, self.part * whole
        sign = "＝" if left == right else "＞" if left > right else "＜"
        first = f"{self.of}×{amount(part, measure)} = {amount(left, measure)}"
        times = "" if self.part == 1 else f"{self.part}×"
        second = f"{times}{amount(whole, measure)}"
        return f"{first} {sign} {second}" + (f" = {amount(right, measure)}" if times else "")


QUORUM = Threshold(2, 3, True, "达到三分之二", "未达到三分之二")
OVER_HALF = Threshold(1, 2, False, "超过半数", "未超过半数")
THREE_QUARTERS = Threshold(3, 4, True, "达到四分之三", "未达到四分之三")


def amount(value: Number, measure: Measure) -> str:
    """A count of people, or square metres from hundredths, written out exactly."""
    if measure == Measure.HEADS:
        return str(value)
    value = Fraction(value) / 100
    digits = 2
    while (value * 10**digits).denominator != 1:
        digits += 1
    whole, rest = divmod(int(value * 10**digits), 10**digits)
    return f"{whole}.{rest:0{digits}}"


def with_unit(value: Number, measure: Measure) -> str:
    """410 人, 8123.40 ㎡."""
    return f"{amount(value, measure)} {'人' if measure == Measure.HEADS else '㎡'}"


def percent(part: Number, whole: Number, digits: int = 2) -> str:
    """54.37%: cut off, never rounded up, and for the eye alone; nothing is decided by it."""
    if whole <= 0:
        return "—"
    scaled = int(Fraction(part) * 100 * 10**digits // whole)
    if not digits:
        return f"{scaled}%"
    return f"{scaled // 10**digits}.{scaled % 10**digits:0{digits}}%"
