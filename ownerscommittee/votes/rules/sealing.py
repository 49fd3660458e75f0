"""What stands on a ballot and how it is sealed (docs/evidence.md §4). Values in, values out."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compounds.rules import Refused
from evidence.rules.canonical import canonical
from ownerscommittee.votes.terms import Mark, Question

Choices = dict[str, list[str]]  # question id → option ids

BALLOT, PAIR = "bizhan-ballot-v1\n", "bizhan-pair-v1\n"
RULES, SOFTWARE = "278-2021", "bizhan-1"  # versions that the log names
MARKS = list(Mark)


@dataclass(frozen=True)
class Asked:
    """A question as the ballot prints it: its ids, and the word of each."""

    ident: str
    kind: str
    item: int
    seats: int
    title: str
    labels: Mapping[str, str]  # every id that may be chosen, in the order of the ballot

    @property
    def is_single(self) -> bool:
        return self.kind != Question.ELECTION

    @property
    def picks(self) -> list[str]:
        """Plans or candidates, without the marks that every ballot has."""
        return [ident for ident in self.labels if ident not in MARKS]

    def words(self, chosen: Iterable[str]) -> str:
        """同意; 张三、李四."""
        known = {**self.labels, Mark.VOID.value: Mark.VOID.label}
        return "、".join(known[ident] for ident in chosen)


def labels_for(
    kind: str, options: Iterable[tuple[str, str]], *, may_follow: bool
) -> dict[str, str]:
    """What may be chosen: a motion has three answers, plans and candidates have 都不同意."""
    if kind == Question.APPROVAL:
        marks = {Mark.AGREE: "同意", Mark.AGAINST: "反对", Mark.ABSTAIN: "弃权"}
    else:
        marks = {Mark.AGAINST: "都不同意", Mark.ABSTAIN: "弃权"}
    follow = {Mark.FOLLOW.value: Mark.FOLLOW.label} if may_follow else {}
    return {**dict(options), **{mark.value: label for mark, label in marks.items()}, **follow}


def check_choices(questions: Iterable[Asked], choices: Choices, *, may_void: bool) -> Choices:
    """The choices in the order of the ballot. Raises Refused with what is missing or too many.

    `may_void`: a clerk who types a paper writes down that a mark is missing or unclear; whoever
    chooses on a screen cannot.
    """
    questions = list(questions)
    if strangers := set(choices) - {question.ident for question in questions}:
        raise Refused(f"没有编号为 {min(strangers)} 的议题。请刷新页面后重新选择。")
    return {
        question.ident: _checked(question, choices.get(question.ident, []), may_void)
        for question in questions
    }


def _checked(question: Asked, chosen: list[str], may_void: bool) -> list[str]:
    if not chosen:
        raise Refused(f"「{question.title}」还没有选。不想表态，可以选「弃权」。")
    if chosen == [Mark.VOID] and may_void:
        return [Mark.VOID.value]
    if set(chosen) - set(question.labels) or len(set(chosen)) < len(chosen):
        raise Refused(f"「{question.title}」里没有这个选项。请刷新页面后重新选择。")
    if len(chosen) > 1 and any(ident in MARKS for ident in chosen):
        raise Refused(f"「{question.title}」选了人，就不能再选「都不同意」或「弃权」。")
    if len(chosen) > question.seats:
        raise Refused(f"「{question.title}」最多选 {question.seats} 个，您选了 {len(chosen)} 个。")
    return [ident for ident in question.labels if ident in chosen]


def commitment_of(nonce: str, choices: Choices) -> str:
    """The hash that goes into the log while the choices stay sealed."""
    return sha256_of(f"{BALLOT}{nonce}\n{canonical(choices)}")


def pair_of(nonce: str, typed: list[Choices]) -> str:
    """The hash of what each clerk typed from one paper, in their order."""
    return sha256_of(f"{PAIR}{nonce}\n{canonical(typed)}")


def agreed(typed: list[Choices]) -> Choices | None:
    """What two different people read off a paper alike; None while nobody agrees."""
    for number, one in enumerate(typed):
        if one in typed[:number]:
            return one
    return None


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def right_id(number: int) -> str:
    """How the log names a right: its number on the roll, which the owner knows."""
    return f"{number:04}"


def roll_lines(rights: Iterable[tuple[int, int, int]]) -> str:
    """roll.jsonl of (number, heads, area): one canonical line a right, in the order of the ids."""
    lines = {
        right_id(number): canonical({"right": right_id(number), "heads": heads, "area": area})
        for number, heads, area in rights
    }
    return "".join(f"{lines[ident]}\n" for ident in sorted(lines))
