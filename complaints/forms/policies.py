"""期限规则 as an administrator types them: every number in the words that people use."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from complaints.rules.checking import check_terms
from complaints.rules.limits import Limit
from complaints.terms import Category, ClockKind, Kind, Lane
from compounds.forms import SubmittedOnce
from compounds.rules import midnight

Path = tuple[str, ...]
HOW_TO_WRITE = "写法：15 分钟、24 小时、7 天、1 个工作小时、24 小时（工作日）、5 个工作日。"
BETWEEN_STEPS = "，"
# What each term is called where no word of `terms` says it.
TERM_NAMES = {
    "limits": "期限",
    "lanes": "默认紧急程度",
    "ladder": "升级",
    "natural": "U1、U2：到期后多久到每一级（五级）",
    "working": "U3、U4：到期后多久到每一级（四级）",
    "answer_closes": "居民一直不评价，多久后办结",
    "reply_letters": "答复至少几个字",
    "reopen_days": "办结后几天内可以要求重办",
    "objection_within": "派单后多久内可以申请退单",
    "returns": "同一件事最多退几次，再退就裁定",
    "extensions": "答复期限最多延几次",
    "extension_at_most": "一次最多延多久",
    "waits": "最多停下来等居民几次",
    "shelved_days": "挂账后最多几天复核一次",
    "redos_of_a_problem": "重办几次算问题工单",
    "units_of_a_problem": "试过几个单位没人办算问题工单",
    "alike_percent": "相似到百分之几，就问是不是同一件事",
    "alike_days": "办结后几天内还拿来比对",
    "proposal_followers": "几个人也遇到就提请未诉先办",
    "proposal_reports": "同一处同一类反映几次就提请未诉先办",
    "proposal_days": "同一处反映几次，按多少天内算",
    "rates": "三率",
    "partly_percent": "「部分解决」算百分之几",
    "basically_percent": "「基本满意」算百分之几",
    "response_weight": "响应率的权重",
    "solution_weight": "解决率的权重",
    "satisfaction_weight": "满意率的权重",
    "enough_answers": "至少几个评价才评档",
    "first_tier": "第一档从多少分起",
    "second_tier": "第二档从多少分起",
    "keep_reporter_days": "结束后几天抹去反映人的姓名、电话和原话",
    "keep_withdrawn_days": "撤回后几天抹去反映人的姓名、电话和原话",
    "keep_draft_days": "没有提交的内容保留几天",
}
WORDS: dict[str, str] = {
    **TERM_NAMES,
    **dict(ClockKind.choices),
    **dict(Lane.choices),
    **dict(Kind.choices),
    **dict(Category.choices),
}


class VersionForm(SubmittedOnce):
    """What every new version says of itself: from when, and why."""

    in_force_on = forms.DateField(
        label="从哪天起生效",
        required=False,
        help_text="留空就是确认后立即生效；写日期就从那天 0 点起。",
        error_messages={"invalid": "日期写法例如 2026-12-31。"},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        label="为什么改",
        max_length=120,
        error_messages={"required": "请写一句为什么改，例如文件名和文号。"},
    )

    def in_force_at(self, at: datetime) -> datetime:
        day = self.cleaned_data["in_force_on"]
        return midnight(day) if day else at


def leaves(terms: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Each single value of the terms and the way to it."""
    if isinstance(terms, dict):
        for name, inside in terms.items():
            yield from leaves(inside, (*path, name))
    else:
        yield path, terms


def spoken(path: Path) -> str:
    """期限 · 答复 · U3 一般事项 · 投诉."""
    return " · ".join(WORDS[name] for name in path)


def field_for(path: Path, value: Any) -> forms.Field:
    label = spoken(path[1:] if path[0] in ("limits", "lanes") else path)
    if path[0] == "lanes":
        return forms.ChoiceField(label=label, choices=Lane.choices, initial=value)
    if isinstance(value, int):
        return forms.IntegerField(
            label=label,
            initial=value,
            min_value=0,
            max_value=10_000,
            error_messages={"required": "请填一个数。", "invalid": "请填一个整数。"},
        )
    limits = value if isinstance(value, list) else [value]
    words = BETWEEN_STEPS.join(str(Limit.parse(limit)) for limit in limits)
    return LimitsField(count=len(limits), label=label, initial=words)


class LimitsField(forms.CharField):
    """One length of time in words, or so many of them one after the other."""

    def __init__(self, *, count: int, **kwargs: Any) -> None:
        self.count = count
        super().__init__(max_length=120, error_messages={"required": HOW_TO_WRITE}, **kwargs)

    def clean(self, value: Any) -> Any:
        words = super().clean(value).replace(",", BETWEEN_STEPS).split(BETWEEN_STEPS)
        try:
            limits = [Limit.read(one).written for one in words]
        except ValueError:
            raise ValidationError(f"看不懂「{value}」。{HOW_TO_WRITE}") from None
        if len(limits) != self.count:
            raise ValidationError(f"这里要写 {self.count} 段，用逗号隔开。")
        return limits if self.count > 1 else limits[0]


class PolicyForm(VersionForm):
    """Every number of the rules, each a field; the version in force is what stands in them."""

    def __init__(self, *args: Any, terms: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paths = dict(leaves(terms))
        for path, value in self.paths.items():
            self.fields["__".join(path)] = field_for(path, value)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under the words that they share, as the page shows them."""
        found: dict[str, list[forms.BoundField]] = {}
        for path in self.paths:
            found.setdefault(WORDS[path[0]] if len(path) > 1 else "其他", []).append(
                self["__".join(path)]
            )
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        """The terms themselves come as `terms`, once every field can be read."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            cleaned["terms"] = self._terms(cleaned)
            check_terms(cleaned["terms"])
        return cleaned

    def _terms(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        terms: dict[str, Any] = {}
        for path in self.paths:
            inside = terms
            for name in path[:-1]:
                inside = inside.setdefault(name, {})
            inside[path[-1]] = cleaned["__".join(path)]
        return terms
