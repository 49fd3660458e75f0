"""The words of owners' bodies, English beside Chinese. Nothing here does anything."""

from django.db.models import TextChoices


class LocalNumber(TextChoices):
    """What the nation leaves to a province or city; see `ownerscommittee.rules.locality`."""

    NOTICE_DAYS = "notice_days", "会议公告期（天）"
    TEMPORARY_NOTICE_DAYS = "temporary_notice_days", "临时会议公告期（天）"
    ROLL_POSTING_DAYS = "roll_posting_days", "业主名册公示期（天）"
    WINDOW_MIN_DAYS = "window_min_days", "表决期下限（天）"
    WINDOW_MAX_DAYS = "window_max_days", "表决期上限（天）"
    EXTENSIONS = "extensions", "最多延长次数"
    PETITION_PERCENT = "petition_percent", "联名提议比例（%）"
    PETITION_COUNTS_AREA = "petition_counts_area", "联名是否同时看面积（1 是 0 否）"
    PETITION_DAYS = "petition_days", "收到联名后召集期限（天）"
    PROXY_CAP = "proxy_cap", "一人最多代理的业主数"
    FOLLOW_MAJORITY = "follow_majority", "可否约定未投票随多数（1 可 0 否）"
    OFFICIAL_SYSTEM = "official_system", "须用政府系统表决（1 是 0 否）"
    RESULT_DAYS = "result_days", "初步结果公布期限（天）"
    OBJECTION_DAYS = "objection_days", "结果异议期（天）"
    ANNOUNCE_DAYS = "announce_days", "异议期后公告期限（天）"
    SEATS_MIN = "seats_min", "委员人数下限"
    SEATS_MAX = "seats_max", "委员人数上限"
    SMALL_COMPOUND_SEATS = "small_compound_seats", "小型小区委员人数"
    TERM_YEARS = "term_years", "任期上限（年）"
    PREPARATORY_DAYS = "preparatory_days", "筹备组成立期限（天）"
    FIRST_ASSEMBLY_DAYS = "first_assembly_days", "首次业主大会召开期限（天）"
    RETENTION_YEARS = "retention_years", "表决资料保存（年）"


class BylawTerm(TextChoices):
    """What a compound's own 议事规则 may settle; each with the text of its clause."""

    COUNT_PARKING = "count_parking", "车位计入面积与人数"
    COUNT_STORAGE = "count_storage", "储藏间计入面积与人数"
    INVALID_BALLOTS = "invalid_ballots", "无效票如何计算"
    FOLLOW_MAJORITY = "follow_majority", "未表态的票随多数"
    LAST_TIE = "last_tie", "得票仍相同时如何确定"
    CANDIDATE_BARS = "candidate_bars", "候选人的限制条件"


class InvalidBallots(TextChoices):
    OUT = "out", "不计入参与表决"
    IN = "in", "计入参与表决，不计入任何选项"


class FollowMajority(TextChoices):
    """从众 (rule 12). Whatever it says, the strict tally stands beside the followed one."""

    OFF = "off", "不采用"
    CHOSEN = "chosen", "只计票上选择“随多数”的"
    DELIVERED = "delivered", "已送达而未交回的也计"
