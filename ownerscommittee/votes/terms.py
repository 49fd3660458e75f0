"""The words of rolls and votes, English beside Chinese. Nothing here does anything."""

from django.db.models import IntegerChoices, TextChoices


class Item(IntegerChoices):
    """民法典第二百七十八条: what the owners decide together."""

    RULES_OF_PROCEDURE = 1, "制定和修改业主大会议事规则"
    COVENANT = 2, "制定和修改管理规约"
    COMMITTEE = 3, "选举业主委员会或者更换业主委员会成员"
    PROPERTY_COMPANY = 4, "选聘和解聘物业服务企业或者其他管理人"
    USE_FUND = 5, "使用建筑物及其附属设施的维修资金"
    RAISE_FUND = 6, "筹集建筑物及其附属设施的维修资金"
    REBUILD = 7, "改建、重建建筑物及其附属设施"
    COMMON_PARTS = 8, "改变共有部分的用途或者利用共有部分从事经营活动"
    OTHER = 9, "有关共有和共同管理权利的其他重大事项"


class Majority(TextChoices):
    """Which one an item needs follows from its number; nobody chooses it (rule 3)."""

    ORDINARY = "ordinary", "过半数"
    SPECIAL = "special", "四分之三以上"


SPECIAL_ITEMS = [Item.RAISE_FUND, Item.REBUILD, Item.COMMON_PARTS]


class Measure(TextChoices):
    """Both are asked for each time; one is never enough."""

    HEADS = "people", "人数"
    AREA = "area", "专有面积"


class Choice(TextChoices):
    AGREE = "agree", "同意"
    AGAINST = "against", "反对"
    ABSTAIN = "abstain", "弃权"


class Question(TextChoices):
    """How a motion is asked."""

    APPROVAL = "approval", "同意、反对、弃权"
    PICK = "pick", "多选一"
    ELECTION = "election", "选举"


class Outcome(TextChoices):
    NO_QUORUM = "no_quorum", "参与人数或面积不足，表决无效"
    PASSED = "passed", "通过"
    REJECTED = "rejected", "否决"
    NO_DECISION = "no_decision", "未形成决定"
    UNDETERMINED = "undetermined", "数据不全，无法判定"


OUTCOME_TONES = {  # of the badge that shows an outcome
    Outcome.NO_QUORUM: "late",
    Outcome.PASSED: "ok",
    Outcome.REJECTED: "late",
    Outcome.NO_DECISION: "soon",
    Outcome.UNDETERMINED: "quiet",
}


# The sheet of a roll, a row for each owner of a unit.
ROLL_COLUMNS = [
    "楼栋",
    "单元",
    "房号",
    "业主",
    "手机号",
    "产权份额",
    "行使表决权",
    "开发商",
    "专有面积(㎡)",
    "面积来源",
]


class Scope(TextChoices):
    """Whose matter it is, and so who stands on the roll."""

    COMPOUND = "compound", "全小区"
    BUILDING = "building", "一栋楼"
    ENTRANCE = "entrance", "一个单元"
    UNITS = "units", "指定的房屋"


class RollStage(TextChoices):
    """How far a roll has come; read off its moments, never stored."""

    DRAWN = "drawn", "编制中"
    POSTED = "posted", "公示中"
    FROZEN = "frozen", "已确定"
    LOCKED = "locked", "已用于表决"


ROLL_TONES = {
    RollStage.DRAWN: "quiet",
    RollStage.POSTED: "wait",
    RollStage.FROZEN: "ok",
    RollStage.LOCKED: "ok",
}


class Contact(TextChoices):
    """联系情况 of a right in a vote, as its group leader notes it; who has voted needs none."""

    NOT_CONTACTED = "not_contacted", "未联系"
    DELIVERED = "delivered", "已送达"
    PROMISED = "promised", "承诺"
    REFUSED = "refused", "拒绝"
    AWAY = "away", "外地"
    VACANT = "vacant", "空置"


CONTACT_TONES = {
    Contact.NOT_CONTACTED: "quiet",
    Contact.DELIVERED: "wait",
    Contact.PROMISED: "ok",
    Contact.REFUSED: "late",
    Contact.AWAY: "soon",
    Contact.VACANT: "soon",
}


class Reminding(TextChoices):
    """When those who have not voted are told; the last two are counted back from the close."""

    OPENING = "opening", "开始时"
    MIDWAY = "midway", "过半时"
    TWO_DAYS = "two_days", "截止前 48 小时"
    SIX_HOURS = "six_hours", "截止前 6 小时"


class MeetingState(TextChoices):
    """The way of a meeting (rule 22); what may follow what stands in `rules.meetings`."""

    DRAFT = "draft", "草稿"
    NOTICED = "noticed", "已公告，待开始"
    OPEN = "open", "正在表决"
    CLOSED = "closed", "已截止，正在计票"
    PRELIMINARY = "preliminary", "初步结果待公示"
    OBJECTIONS = "objections", "结果公示，可提异议"
    ANNOUNCED = "announced", "结果已公告"
    FINAL = "final", "已定案"
    CANCELLED = "cancelled", "已取消"


PUBLIC_STATES = [state for state in MeetingState if state != MeetingState.DRAFT]
# From the count on; before it nobody sees a tally.
COUNTED_STATES = [
    MeetingState.PRELIMINARY,
    MeetingState.OBJECTIONS,
    MeetingState.ANNOUNCED,
    MeetingState.FINAL,
]

CLOSED_STATES = [MeetingState.CLOSED, *COUNTED_STATES]

# Somebody has something to do with it.
RUNNING_STATES = [
    MeetingState.NOTICED,
    MeetingState.OPEN,
    MeetingState.CLOSED,
    MeetingState.PRELIMINARY,
    MeetingState.OBJECTIONS,
]

STATE_TONES = {
    MeetingState.DRAFT: "quiet",
    MeetingState.NOTICED: "wait",
    MeetingState.OPEN: "soon",
    MeetingState.CLOSED: "wait",
    MeetingState.PRELIMINARY: "wait",
    MeetingState.OBJECTIONS: "soon",
    MeetingState.ANNOUNCED: "ok",
    MeetingState.FINAL: "ok",
    MeetingState.CANCELLED: "quiet",
}


class MeetingKind(TextChoices):
    REGULAR = "regular", "定期会议"
    TEMPORARY = "temporary", "临时会议"


class MeetingVerb(TextChoices):
    DRAFTED = "drafted", "起草"
    NOTICED = "noticed", "公告"
    OPENED = "opened", "开始表决"
    EXTENDED = "extended", "延长表决"
    CLOSED = "closed", "截止"
    WITNESSED = "witnessed", "登记见证人"
    COUNTED = "counted", "计票"
    POSTED = "posted", "公示初步结果"
    REPLIED = "replied", "答复异议"
    ANNOUNCED = "announced", "公告结果"
    FINALIZED = "finalized", "定案"
    CANCELLED = "cancelled", "取消"


def meeting_verbs() -> list[tuple[str, str]]:
    """Given to the field uncalled: a new verb is then a line here and no migration."""
    return MeetingVerb.choices


class Mark(TextChoices):
    """What may stand on a ballot besides the ids of plans and candidates."""

    AGREE = "agree", "同意"
    AGAINST = "against", "反对"
    ABSTAIN = "abstain", "弃权"
    FOLLOW = "follow", "随多数"
    VOID = "void", "无效"


class Channel(TextChoices):
    WEB = "web", "网上"
    PAPER = "paper", "纸质票"
    PROXY = "proxy", "代理"
    HALL = "hall", "现场"
    PHONE = "phone", "电话"


class Stage(TextChoices):
    PRELIMINARY = "preliminary", "初步结果"
    FINAL = "final", "最终结果"
