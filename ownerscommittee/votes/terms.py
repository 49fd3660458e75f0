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


class Choice(TextChoices):
    AGREE = "agree", "同意"
    AGAINST = "against", "反对"
    ABSTAIN = "abstain", "弃权"


class Outcome(TextChoices):
    NO_QUORUM = "no_quorum", "参与人数或面积不足，表决无效"
    PASSED = "passed", "通过"
    REJECTED = "rejected", "否决"
    NO_DECISION = "no_decision", "未形成决定"
    UNDETERMINED = "undetermined", "数据不全，无法判定"


class Scope(TextChoices):
    """Whose matter it is, and so who stands on the roll."""

    COMPOUND = "compound", "全小区"
    BUILDING = "building", "一栋楼"
    ENTRANCE = "entrance", "一个单元"
    UNITS = "units", "指定的房屋"
