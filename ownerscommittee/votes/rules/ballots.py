"""What a ballot paper must offer, and who may cast it for whom (rules 18, 19)."""

from collections.abc import Iterable
from dataclasses import dataclass

from compounds.rules import Refused
from ownerscommittee.votes.terms import Item, Question


@dataclass(frozen=True)
class Draft:
    """One question as it would be printed. `options` are the labels of what may be picked
    besides 都不同意 and 弃权, which `offers_none` and `offers_abstain` stand for."""

    kind: str
    text: str
    item: int | None
    options: tuple[str, ...] = ()
    offers_none: bool = True
    offers_abstain: bool = True
    seats: int = 1
    choices: int = 1


def lint_question(draft: Draft) -> list[str]:
    """What is wrong with a question, each in a sentence that says how to mend it."""
    wrong = []
    if not draft.text.strip():
        wrong.append("请写明议题的全文，业主要看着它投票。")
    if draft.item not in Item.values:
        wrong.append("请选择属于第278条的哪一项；选好后，过半数还是四分之三由法律决定。")
    if not draft.offers_abstain:
        wrong.append("请加上“弃权”。")
    if draft.kind != Question.APPROVAL:
        wrong += _lint_options(draft)
    return wrong


def _lint_options(draft: Draft) -> list[str]:
    wrong = []
    names = [option.strip() for option in draft.options]
    if not draft.offers_none:
        wrong.append("请加上“都不同意”，不能只让业主在几个选项里挑。")
    if len(names) < (1 if draft.kind == Question.ELECTION else 2):
        wrong.append("选项太少；只有一个时请改成“同意、反对、弃权”的议题。")
    if "" in names:
        wrong.append("有空白的选项，请填写或删去。")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        wrong.append(f"选项重复：{'、'.join(twice)}。")
    seats = draft.seats if draft.kind == Question.ELECTION else 1
    if draft.choices > seats:
        wrong.append(f"应选 {seats} 个，每票最多选 {seats} 个，现在允许选 {draft.choices} 个。")
    if draft.choices < 1:
        wrong.append("每票至少要能选 1 个。")
    if draft.kind == Question.ELECTION and draft.item != Item.COMMITTEE:
        wrong.append("选举委员属于第278条第3项。")
    if draft.kind == Question.PICK and draft.item == Item.COMMITTEE:
        wrong.append("选举委员请用“选举”，不要用“多选一”。")
    return wrong


def lint_vote(
    drafts: Iterable[Draft],
    *,
    notice_days: int | None,
    least_notice_days: int,
    is_roll_frozen: bool,
) -> list[str]:
    """The whole vote: every question, and what must stand before it may be announced."""
    drafts = list(drafts)
    wrong = []
    if not drafts:
        wrong.append("还没有议题。")
    if not is_roll_frozen:
        wrong.append("业主名册还没有确定，先完成公示和确定。")
    if notice_days is None:
        wrong.append("没有写明公告多少天。")
    elif notice_days < least_notice_days:
        wrong.append(f"公告至少 {least_notice_days} 天，现在只有 {notice_days} 天。")
    for number, draft in enumerate(drafts, 1):
        wrong += [f"议题{number}：{sentence}" for sentence in lint_question(draft)]
    return wrong


def check_proxy(*, principals: int, cap: int, is_written: bool, is_for_this_vote: bool) -> None:
    """A proxy is written, for one meeting, and speaks for `cap` owners at most (rule 18).

    `principals` are those whom the proxy already speaks for. Who is on the roll may vote; a
    tenant is not, whatever the lease says, and needs an owner's written proxy like anybody.
    """
    if not is_written:
        raise Refused("委托要有业主签字的书面委托书，请先上传照片。")
    if not is_for_this_vote:
        raise Refused("这份委托书不是为这次表决写的，请业主重新写一份。")
    if principals >= cap:
        raise Refused(f"一个人最多代理 {cap} 位业主，这位代理人已经满了。")
