"""核对一次表决: anybody, without an account; the answer is an address that can be passed on."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ownerscommittee.votes.forms.check import CheckForm
from ownerscommittee.votes.rules.forced import Verdict, quorum_of
from ownerscommittee.votes.rules.inconsistencies import judge_published
from ownerscommittee.votes.rules.published import Published
from ownerscommittee.votes.terms import OUTCOME_TONES, Item

QUORUM_WORDS = {
    True: ("ok", "参与的人数和面积都达到三分之二"),
    False: ("late", "参与的人数或面积未达到三分之二"),
    None: ("soon", "看不出参与是否达到三分之二"),
}


@dataclass(frozen=True)
class Answer:
    """What is said of one item."""

    number: int
    item: str
    verdict: Verdict
    inconsistencies: list[str]

    @property
    def word(self) -> str:
        return self.verdict.outcome.label

    @property
    def tone(self) -> str:
        return OUTCOME_TONES[self.verdict.outcome]


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    asked, more = request.GET, "more" in request.GET
    form = CheckForm(asked or None, more=more)
    page: dict[str, object] = {"form": form}
    if asked and not more and form.is_valid():
        numbers, published = form.published()
        tone, word = QUORUM_WORDS[quorum_of(published)]
        page |= {"answers": _answers(numbers, published), "tone": tone, "word": word}
    return render(request, "votes/check.html", page)


def _answers(numbers: list[int], published: Published) -> list[Answer]:
    judged = zip(numbers, published.items, judge_published(published), strict=True)
    return [
        Answer(number, Item(item.item).label if item.item else "", verdict, wrong)
        for number, item, (verdict, wrong) in judged
    ]
