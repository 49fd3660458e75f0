"""What the style guide shows: invented forms, rows and figures, without one query."""

from typing import Any

from django import forms

from complaints.views.parcel import Step

PLACES = [("lift", "电梯"), ("stairs", "楼道"), ("garden", "绿地"), ("other", "其他地方")]


class SampleForm(forms.Form):
    """Every control that a form of the portal may hold."""

    what = forms.CharField(
        label="出了什么问题？",
        help_text="例如：电梯停了、污水冒出来、路灯不亮。不用写姓名和房号。",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写几个字，说明发生了什么。"},
    )
    place = forms.ChoiceField(
        label="在什么地方？",
        choices=PLACES,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个地方。"},
    )
    building = forms.ChoiceField(
        label="楼栋", choices=[("", "请选择"), ("1", "1 栋"), ("2", "2 栋")], required=False
    )
    phone = forms.CharField(
        label="手机号",
        help_text="只有承办人看得到，每次查看都有记录。",
        required=False,
        max_length=11,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "tel"}),
    )
    seen_on = forms.DateField(
        label="哪一天发现的", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    times = forms.MultipleChoiceField(
        label="什么时候最严重",
        choices=[("morning", "早上"), ("noon", "中午"), ("night", "晚上")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    photo = forms.FileField(
        label="照片",
        help_text="最多 3 张，每张不超过 10 MB。",
        required=False,
        widget=forms.FileInput,
    )
    agreed = forms.BooleanField(
        label="可以让邻居看到这件事（不显示姓名）",
        error_messages={"required": "请确认是否可以公开。"},
    )


class ShortForm(forms.Form):
    place = forms.CharField(label="问题在哪里？", help_text="例如：2 栋 1 单元，或大门口。")


class FilterForm(forms.Form):
    word = forms.CharField(label="找一找", required=False)
    state = forms.ChoiceField(
        label="状态", choices=[("", "全部"), ("open", "在办"), ("late", "超期")], required=False
    )


STEPS = [
    Step("收到您的问题", "11 月 16 日（周一）19:42 · 网页", "done"),
    Step("小区党支部受理", "11 月 16 日（周一）20:10 · 小区自己解决不了，请部门来办", "done"),
    Step("部门已接单，正在办", "11 月 17 日（周二）09:31 · 约定 24 日上午到场检查", "now"),
    Step("答复您", "原定 11 月 20 日（周五）24:00 前，现由街道督促", "late"),
    Step("请您评价：解决了吗，满意吗", "", "next"),
]
ROWS = [
    ("2 栋 1 单元电梯异响", "区市场监管局在办 · 应在 11 月 25 日前答复", "办理中", "wait"),
    ("四楼声控灯不亮", "物业已修好，请您评价", "已解决", "ok"),
    ("地下车库积水", "还剩 3 小时 20 分钟", "快到期", "soon"),
    ("消防通道被占", "已超 1 天 2 小时，街道在督促", "超期", "late"),
    ("外墙渗水", "列入明年维修计划", "已列计划", "quiet"),
]
COMMUNITIES = [
    ("凤凰社区", 68, 19, 9, "91.2%"),
    ("牛角湾社区", 70, 14, 4, "95.0%"),
    ("双狮社区", 63, 8, 0, "样本不足"),
]


def _parts(green: int, amber: int, red: int) -> list[tuple[int, str, str]]:
    return [(green, "ok", "正常"), (amber, "soon", "快到期"), (red, "late", "超期")]


def samples() -> dict[str, Any]:
    """The context of the style guide."""
    return {
        "blank_form": SampleForm(auto_id="blank_%s"),
        "wrong_form": SampleForm({"phone": "1380000", "building": "2"}, auto_id="wrong_%s"),
        "short_form": ShortForm(auto_id="short_%s"),
        "filter_form": FilterForm(auto_id="filter_%s"),
        "steps": STEPS,
        "rows": ROWS,
        "parts": _parts(251, 49, 18),
        "communities": [
            {
                "name": name,
                "open": sum(counts),
                "late": counts[2],
                "parts": _parts(*counts),
                "rate": rate,
            }
            for name, *counts, rate in COMMUNITIES
        ],
        "facts": [
            ("地点", "2 栋 1 单元电梯"),
            ("类别", "电梯 · 投诉"),
            ("也遇到了", "6 户"),
            ("您的姓名", "不公开，物业看不到"),
        ],
        "crumbs": [("璧山区", "/"), ("璧泉街道", "/"), ("样式", "")],
        "tones": [
            ("已解决", "ok"),
            ("办理中", "wait"),
            ("快到期", "soon"),
            ("超期", "late"),
            ("已列计划", "quiet"),
        ],
        "levels": [
            ("success", "已送达，承办部门将收到通知。"),
            ("info", "今天 18:00 前还可以改。"),
            ("warning", "还有 3 件今天到期。"),
            ("error", "没有办成：别人刚刚改动过。"),
        ],
    }
