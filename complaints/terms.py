"""The words of this app, English beside Chinese. Nothing here does anything."""

from django.db.models import IntegerChoices, TextChoices

from compounds.notices.terms import Event
from compounds.terms import OrganizationKind


class State(TextChoices):
    FILED = "filed", "待受理"
    ACCEPTED = "accepted", "已受理"
    IN_COMPOUND = "in_compound", "小区自办"
    TO_DISPATCH = "to_dispatch", "待派单"
    DISPATCHED = "dispatched", "待签收"
    IN_HAND = "in_hand", "办理中"
    REPLIED = "replied", "已反馈"
    CALLBACK = "callback", "回访中"
    CLOSED = "closed", "办结"
    SHELVED = "shelved", "挂账"
    MERGED = "merged", "并单"
    DECLINED = "declined", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"


OPEN = [
    State.FILED,
    State.ACCEPTED,
    State.IN_COMPOUND,
    State.TO_DISPATCH,
    State.DISPATCHED,
    State.IN_HAND,
    State.REPLIED,
    State.CALLBACK,
]
UNDISPATCHED = [State.FILED, State.ACCEPTED, State.IN_COMPOUND, State.TO_DISPATCH]
WITH_LEAD = [State.IN_COMPOUND, State.DISPATCHED, State.IN_HAND, State.SHELVED]
WITH_THE_UNIT = [State.DISPATCHED, State.IN_HAND]  # while it may ask to be let off or given time
ENDED = [State.CLOSED, State.MERGED, State.DECLINED, State.WITHDRAWN]


class Category(TextChoices):
    LIFT = "lift", "电梯"
    FIRE = "fire", "消防"
    EBIKE = "ebike", "电动车"
    WATER = "water", "供水"
    DRAINAGE = "drainage", "排水"
    HOUSING = "housing", "房屋"
    PROPERTY_SERVICE = "property_service", "物业服务"
    COMMON_INCOME = "common_income", "公共收益"
    COMMITTEE = "committee", "业委会"
    PARKING = "parking", "停车"
    NOISE = "noise", "噪声"
    FUMES = "fumes", "油烟"
    CLEANING = "cleaning", "环境卫生"
    GREENING = "greening", "绿化"
    DOGS = "dogs", "养犬"
    FALLING_OBJECTS = "falling_objects", "高空抛物"
    ILLEGAL_BUILDING = "illegal_building", "违建"
    SUBLETTING = "subletting", "群租"
    GAS = "gas", "燃气"
    LIGHTING = "lighting", "照明"
    ELDERS = "elders", "养老"
    CHILDREN = "children", "托幼"
    NEIGHBOURS = "neighbours", "邻里"
    OTHER = "other", "其他"


class Kind(TextChoices):
    ENQUIRY = "enquiry", "咨询"
    REQUEST = "request", "求助"
    SUGGESTION = "suggestion", "建议"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    PRAISE = "praise", "表扬"


class Lane(TextChoices):
    """紧急程度. U1 is the lane 急事急办."""

    URGENT = "U1", "U1 急事急办"
    VITAL = "U2", "U2 水电气梯"
    GENERAL = "U3", "U3 一般事项"
    COMPLEX = "U4", "U4 复杂事项"


NATURAL_LANES = [Lane.URGENT, Lane.VITAL]  # their clocks run day and night


class Resolution(TextChoices):
    SOLVED = "solved", "已解决"
    PARTLY = "partly", "部分解决"
    EXPLAINED = "explained", "未解决已说明"
    UNREASONABLE = "unreasonable", "认定不合理"
    LONG_TERM = "long_term", "长期计划"


class DeclineReason(TextChoices):
    COURT = "court", "民事纠纷，请走司法途径"
    PETITION = "petition", "信访事项，请到信访部门"
    DISCIPLINE = "discipline", "纪检监察事项，请到纪检部门"
    IN_PROCEDURE = "in_procedure", "已进入诉讼、仲裁或复议"
    ELSEWHERE = "elsewhere", "不在本区，请向所在地反映"
    UNCLEAR = "unclear", "内容无法核实，也无法联系"


class Visibility(TextChoices):
    NAMED = "named", "公开，写上我的姓名"
    NAMELESS = "nameless", "公开事情，不写姓名"
    SECRET = "secret", "不公开，只有经办人员能看"


# What a choice means, said before anything is sent.
VISIBILITY_MEANS: dict[str, str] = {
    Visibility.NAMED: "办事的单位能看到姓名，看不到电话。公示栏上不写姓名。",
    Visibility.NAMELESS: "公示栏上能看到办得怎样，没有姓名、电话和房号。",
    Visibility.SECRET: "公示栏上不登，楼栋长也看不到。",
}


class Channel(TextChoices):
    WEB = "web", "网页"
    CODE = "code", "扫码"
    PHONE = "phone", "电话代录"
    PAPER = "paper", "书面代录"
    VISIT = "visit", "来访代录"
    API = "api", "开放接口"
    PLATFORM = "platform", "平台转来"


ENTERED = [Channel.PHONE, Channel.PAPER, Channel.VISIT]  # 代录: written down by staff


class Platform(TextChoices):
    """Where else a matter has a number."""

    HOTLINE = "hotline", "12345 热线"
    GOVERNMENT_WORK = "government_work", "渝快政"
    GRASSROOTS = "grassroots", "141 平台"


# The sheet of other platforms' matters, in this order, and how a row of it looks.
IMPORT_COLUMNS = ["平台", "编号", "小区", "内容", "具体位置", "姓名", "电话"]
IMPORT_EXAMPLE = ["12345 热线", "CQ-0000001", "{compound}", "例子：楼道灯不亮", "3 栋 2 楼", "", ""]


class ClockKind(TextChoices):
    ACCEPT = "accept", "受理"
    COMPOUND = "compound", "小区自办"
    DISPATCH = "dispatch", "派单"
    SIGN = "sign", "签收"
    CONTACT = "contact", "首次联系"
    FINISH = "finish", "答复"
    REVIEW = "review", "核对答复"
    ANSWER = "answer", "居民评价"
    OBJECTION = "objection", "答复退单申请"
    RULING = "ruling", "裁定"
    EXTENSION = "extension", "答复延期申请"
    SHELVING = "shelving", "审批挂账"
    WAIT = "wait", "等居民回话"
    SHELF = "shelf", "复核挂账"


# A request's time runs beside the ticket's own: when it ends the request lapses by itself.
REQUEST_CLOCKS = [ClockKind.OBJECTION, ClockKind.EXTENSION, ClockKind.SHELVING]
# Neither is part of the term that a list shows, nor is what the resident may take.
SIDE_CLOCKS = [*REQUEST_CLOCKS, ClockKind.ANSWER, ClockKind.WAIT]
# When these end the ticket moves on by itself; the others are the institutions' own time,
# and their lateness climbs the ladder.
SELF_MOVING_CLOCKS = [*SIDE_CLOCKS, ClockKind.REVIEW]


class Level(IntegerChoices):
    """升级: who must hear of a ticket whose time runs out."""

    WARNED = 0, "快到期提醒"
    REMINDED = 1, "到期催办"
    SUPERVISED = 2, "督办"
    STREET_LEADER = 3, "街道领导包案"
    DISTRICT = 4, "区级督办"


class Light(TextChoices):
    GREEN = "green", "正常"
    YELLOW = "yellow", "快到期"
    RED = "red", "超期"


class RouteLevel(TextChoices):
    """At which level of 派单目录 a unit is looked up."""

    COMPOUND = "compound", "小区自办"
    COMMUNITY = "community", "社区派单"
    STREET = "street", "街道派单"


# The bodies that each compound has of its own, as 派单目录 names them.
OWN_BODIES: dict[str, str] = {
    OrganizationKind.PROPERTY_COMPANY: "本小区物业",
    OrganizationKind.OWNERS_COMMITTEE: "本小区业委会",
    OrganizationKind.BRANCH: "本小区党支部",
    OrganizationKind.COMMUNITY: "所属社区党委",
}


class Order(TextChoices):
    """In which order a list stands; each is one that an index keeps."""

    TERM = "term", "剩余时间少的在前"
    NEWEST = "newest", "新的在前"


class Support(TextChoices):
    CO_UNIT = "co_unit", "协办"
    COORDINATOR = "coordinator", "结对包建"


class ObjectionReason(TextChoices):
    """退单: why a unit says that a matter is not its own."""

    TERRITORY = "territory", "属地不符"
    OWNERSHIP = "ownership", "权属不清"
    DUTY = "duty", "职责不符"
    INFORMATION = "information", "信息不足"


class ShelvingReason(TextChoices):
    """挂账: why nothing can be done for now."""

    PLANNING = "planning", "规划"
    MONEY = "money", "资金"
    LEGACY = "legacy", "历史遗留"
    COURT = "court", "诉讼中"
    VOTE = "vote", "待业主表决"


class Outcome(TextChoices):
    """What became of a request."""

    ASKED = "asked", "待答复"
    GRANTED = "granted", "同意"
    REFUSED = "refused", "不同意"
    LAPSED = "lapsed", "失效"
    RULED = "ruled", "已裁定"


class Verb(TextChoices):
    FILED = "filed", "提交"
    ACCEPTED = "accepted", "受理"
    DECLINED = "declined", "不予受理"
    TAKEN_BY_COMPOUND = "taken_by_compound", "小区自办"
    WHISTLED = "whistled", "吹哨"
    WHISTLE_REFUSED = "whistle_refused", "驳回哨"
    DISPATCHED = "dispatched", "派单"
    SIGNED = "signed", "签收报到"
    CONTACTED = "contacted", "联系居民"
    REPLIED = "replied", "反馈"
    SENT_BACK = "sent_back", "退回重改"
    CALLBACK_ASKED = "callback_asked", "请居民评价"
    REMINDED = "reminded", "提醒居民评价"
    ANSWERED = "answered", "居民评价"
    CLOSED = "closed", "办结"
    REOPENED = "reopened", "重办"
    WITHDRAWN = "withdrawn", "撤回"
    MERGED = "merged", "并单"
    UNMERGED = "unmerged", "撤销并单"
    JOINED = "joined", "并入一件"
    PARTED = "parted", "分出一件"
    SPLIT = "split", "拆分"
    SPLIT_OFF = "split_off", "拆出"
    ESCALATED = "escalated", "升级"
    RECKONED = "reckoned", "重算期限"
    REVEALED = "revealed", "查看联系方式"
    NUMBERED = "numbered", "登记外部编号"
    OBJECTED = "objected", "申请退单"
    RETURNED = "returned", "退单"
    OBJECTION_REFUSED = "objection_refused", "不同意退单"
    OBJECTION_LAPSED = "objection_lapsed", "退单申请失效"
    RULING_ASKED = "ruling_asked", "请求裁定"
    RULED = "ruled", "裁定"
    REASSIGNED = "reassigned", "改派"
    EXTENSION_ASKED = "extension_asked", "申请延期"
    EXTENDED = "extended", "延期"
    EXTENSION_REFUSED = "extension_refused", "不同意延期"
    EXTENSION_LAPSED = "extension_lapsed", "延期申请失效"
    QUESTIONED = "questioned", "请居民补充"
    TOLD = "told", "居民补充"
    ADDED = "added", "补充情况"
    WAIT_ENDED = "wait_ended", "等候期满"
    SHELVING_ASKED = "shelving_asked", "申请挂账"
    SHELVED = "shelved", "挂账"
    SHELVING_REFUSED = "shelving_refused", "不同意挂账"
    SHELVING_LAPSED = "shelving_lapsed", "挂账申请失效"
    SHELF_REVIEWED = "shelf_reviewed", "复核挂账"
    UNSHELVED = "unshelved", "恢复办理"
    URGED = "urged", "催办"
    NOTED = "noted", "内部备注"
    CO_ANSWERED = "co_answered", "协办答复"
    ASSIGNED = "assigned", "指定经办人"
    TAKEN = "taken", "领办"
    CALLED_UNREASONABLE = "called_unreasonable", "提出认定不合理"
    FOUND_UNREASONABLE = "found_unreasonable", "认定不合理"
    CORRECTED = "corrected", "本人更正信息"
    FORGOTTEN = "forgotten", "抹去个人信息"


class Solved(TextChoices):
    YES = "yes", "解决了"
    PARTLY = "partly", "部分解决"
    NO = "no", "没解决"


class Satisfaction(TextChoices):
    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


def categories() -> list[tuple[str, str]]:
    """Given to the field uncalled: a new word is then a line here and no migration."""
    return Category.choices


def verbs() -> list[tuple[str, str]]:
    return Verb.choices


class Standing(TextChoices):
    """What a person is to one ticket; every right is given to a standing."""

    BRANCH = "branch", "小区党支部书记"
    COMMUNITY = "community", "社区党委"
    DISPATCHER = "dispatcher", "街道派单员"
    STREET_LEADER = "street_leader", "街道领导"
    DISTRICT = "district", "区级督办员"
    LEAD = "lead", "主办单位"
    SUPPORT = "support", "协办单位"
    REPORTER = "reporter", "反映人"
    READER = "reader", "同小区工作人员"


# What people are told of tickets; each may say by which ways (我的通知设置).
NOTICE_EVENTS = {
    "ticket_accepted": Event("我反映的事已受理"),
    "ticket_declined": Event("我反映的事办不了"),
    "ticket_dispatched": Event("已请部门来办，或派到我单位"),
    "resident_asked": Event("办事的人有事问我"),
    "ticket_extended": Event("我反映的事要晚几天"),
    "ticket_shelved": Event("我反映的事暂时办不了"),
    "ticket_unshelved": Event("我反映的事接着办了"),
    "callback_asked": Event("请我评价"),
    "callback_reminder": Event("提醒我评价"),
    "ticket_replied_to": Event("我也遇到的事有了答复"),
    "ticket_merged": Event("我反映的事并到一起办"),
    "ticket_unmerged": Event("我反映的事分开单独办"),
    "ticket_split": Event("我一起说的几件事分开办"),
    "ticket_filed": Event("居民新反映", is_for_staff=True),
    "ticket_given": Event("交给我单位处理", is_for_staff=True),
    "ticket_whistled": Event("小区吹哨", is_for_staff=True),
    "whistle_refused": Event("哨被驳回", is_for_staff=True),
    "ticket_replied": Event("已反馈，等核对", is_for_staff=True),
    "ticket_sent_back": Event("答复被退回", is_for_staff=True),
    "ticket_reopened": Event("要求重办", is_for_staff=True),
    "ticket_assigned": Event("指派给我", is_for_staff=True),
    "co_unit_answered": Event("协办单位写了答复", is_for_staff=True),
    "ticket_urged": Event("居民催办", is_for_staff=True),
    "resident_told": Event("居民回话了", is_for_staff=True),
    "ticket_added_to": Event("居民补充了情况", is_for_staff=True),
    "ticket_objected": Event("请求退单", is_for_staff=True),
    "objection_answered": Event("退单的答复", is_for_staff=True),
    "ticket_ruled": Event("街道裁定", is_for_staff=True),
    "extension_asked": Event("请求延期", is_for_staff=True),
    "extension_answered": Event("延期的答复", is_for_staff=True),
    "shelving_asked": Event("请求挂账", is_for_staff=True),
    "shelving_answered": Event("挂账的答复", is_for_staff=True),
    "ticket_escalated": Event("快到期、超期和升级", is_for_staff=True),
}

# What other systems may be told of by a push.
PUSHED = [
    Verb.FILED,
    Verb.ACCEPTED,
    Verb.DECLINED,
    Verb.TAKEN_BY_COMPOUND,
    Verb.WHISTLED,
    Verb.DISPATCHED,
    Verb.SIGNED,
    Verb.REPLIED,
    Verb.CALLBACK_ASKED,
    Verb.CLOSED,
    Verb.REOPENED,
    Verb.WITHDRAWN,
    Verb.ESCALATED,
    Verb.SHELVED,
    Verb.UNSHELVED,
]
