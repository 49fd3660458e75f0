"""Tickets set by hand, so that on any day there is one in every state and at every level.

Most stand in the compound of the demonstration's secretary. Moments are minutes before now, or
an hour of a working day some working days ago, so that no limit depends on the hour of seeding.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bizhan.demo.requests import REQUESTS
from bizhan.demo.stories import Story
from bizhan.demo.texts import Report, report_like
from compounds.rules import Calendar, local_day, midnight

# At which hour and minute a deed is done on a working day.
TIMES = {
    "file": (8, 0),
    "accept": (8, 40),
    "take": (9, 10),
    "whistle": (9, 30),
    "refuse": (9, 50),
    "dispatch": (10, 0),
    "sign": (10, 20),
    "contact": (11, 0),
    "decline": (11, 30),
    "withdraw": (12, 0),
    "reply": (15, 0),
    "send_back": (16, 0),
    "ask": (16, 0),
    "object": (10, 5),
    "let_go": (10, 10),
    "hold": (10, 10),
    "ask_time": (14, 0),
    "give_time": (14, 30),
    "ask_shelf": (14, 0),
    "ask_shelf_for_a_month": (14, 0),
    "shelve": (14, 30),
    "unshelve": (9, 0),
    "please": (20, 0),
    "displease": (20, 0),
}
DISPATCHED = "file accept whistle dispatch"
IN_HAND = f"{DISPATCHED} sign contact"
BY_COMPOUND = "file accept take"
Step = tuple[str, int, str]  # `on` or `ago`, how many working days or minutes, which deed


@dataclass(frozen=True)
class Exhibit:
    part: str  # of the report's text
    steps: list[Step]
    is_residents: bool = False  # reported by the resident of the demonstration
    is_public: bool = False  # never 不公开, for others follow it

    @property
    def report(self) -> Report:
        return report_like(self.part)


def on(workdays: int, deeds: str) -> list[Step]:
    """The deeds on the day that lies so many working days back."""
    return [("on", workdays, deed) for deed in deeds.split()]


def ago(**minutes: int) -> list[Step]:
    return [("ago", count, deed) for deed, count in minutes.items()]


URGENT = [  # 急事急办: a visitor sees these climb within minutes
    Exhibit("电表箱在冒烟", ago(file=13)),
    Exhibit("闻得到焦味", ago(file=75, accept=74, whistle=73, dispatch=72)),
    Exhibit("很浓的煤气味", ago(file=133, accept=132, whistle=131, dispatch=130)),
    Exhibit("有人被困", ago(file=251, accept=250, whistle=249, dispatch=248)),
    Exhibit("敲门没应", ago(file=40, accept=38, whistle=36, dispatch=33, sign=28, contact=12)),
    Exhibit(
        "从早上六点停水",
        ago(file=300, accept=290, whistle=280, dispatch=260, sign=240, contact=230),
    ),
    Exhibit(
        "污水井往外冒",
        ago(file=1500, accept=1490, whistle=1460, dispatch=1438, sign=1420, contact=1380),
    ),
]
WAITING = [  # on somebody's desk, in time
    Exhibit("到八楼声控灯", ago(file=35), is_residents=True),
    Exhibit("门禁坏了半年", ago(file=290)),
    Exhibit("右边那台电梯停用", ago(file=180, accept=150), is_public=True),
    Exhibit("第四次反映了", ago(file=45)),
    Exhibit("价目贴出来", ago(file=120, accept=60)),
    Exhibit("打桩", ago(file=200, accept=150, take=120)),
    Exhibit("螺丝露在外面", ago(file=210, accept=160, take=110), is_residents=True),
    Exhibit("装了地锁", ago(file=400, accept=330, whistle=20)),
    Exhibit("消防栓打开没水", ago(file=600, accept=560, whistle=50, dispatch=25)),
    Exhibit("救护车来了", ago(file=620, accept=570, whistle=55, dispatch=35), is_residents=True),
    Exhibit("灭火器全部过期", ago(file=640, accept=600, whistle=45, dispatch=15)),
    Exhibit("登高面", ago(file=500, accept=450, whistle=48, dispatch=10)),
    Exhibit("甩线下来", ago(file=70, accept=50, whistle=30, dispatch=20)),
    Exhibit("砸坏车顶", ago(file=90, accept=80, whistle=70, dispatch=50, sign=40, contact=30)),
    Exhibit("申请加装", on(1, BY_COMPOUND)),
    Exhibit("掏下水口", on(2, BY_COMPOUND)),
    Exhibit("二次供水水箱", on(3, IN_HAND) + ago(reply=60)),
    Exhibit("垃圾桶盖", on(2, BY_COMPOUND) + ago(reply=90)),
    Exhibit("扣了钱", on(4, IN_HAND) + on(1, "reply send_back")),
    Exhibit("不肯挪", on(2, "file accept whistle refuse")),
]
LATE = [  # each level, whatever the hour: due 1, 2, 4 and 6 working days ago
    Exhibit("早上卖菜的", on(2, "file")),
    Exhibit("车库道闸", on(1, "file accept whistle")),
    Exhibit("门厅里停了", on(1, DISPATCHED)),
    Exhibit("堆旧家具", on(8, IN_HAND)),
    Exhibit("防火门", on(9, IN_HAND)),
    Exhibit("疏散楼梯口", on(11, IN_HAND)),
    Exhibit("看得见树叶", on(13, IN_HAND)),
    Exhibit("喷灌早就坏了", on(4, BY_COMPOUND)),
    Exhibit("半夜拖桌子", on(6, BY_COMPOUND)),
]
NEARLY_LATE = [
    Exhibit("阻车系统", on(7, IN_HAND), is_residents=True),
    Exhibit("中庭路灯", on(3, BY_COMPOUND)),
]
ANSWERED = [  # the resident's turn, and what they said
    Exhibit("扶手松动", on(3, IN_HAND) + ago(reply=1300, ask=1200), is_residents=True),
    Exhibit("师傅在路上", on(2, BY_COMPOUND) + ago(reply=400, ask=300)),
    Exhibit("快戳进三楼", on(12, BY_COMPOUND) + ago(reply=8700, ask=8640)),
    Exhibit("单元门玻璃", on(12, IN_HAND) + on(11, "reply ask please"), is_residents=True),
    Exhibit("不拴绳", on(6, IN_HAND) + on(2, "reply ask displease"), is_residents=True),
    Exhibit("净化器", on(9, IN_HAND) + on(6, "reply ask displease") + on(3, "reply ask displease")),
    Exhibit("欠我两万块", on(3, "file decline")),
    Exhibit("吃拿卡要", on(4, "file decline")),
    Exhibit("小区这边挪", on(2, "file withdraw"), is_residents=True),
]
OBJECTED = ago(file=900, accept=880, whistle=400, dispatch=180, object=90)
THRICE = (
    ago(file=950, accept=900, whistle=800, dispatch=700, object=650, let_go=600)
    + ago(dispatch=500, object=450, let_go=400)
    + ago(dispatch=300, object=200)
)
ASKED_FOR = [  # returns, more time, questions and the shelf
    Exhibit("鸽子", OBJECTED),
    Exhibit("三楼露台", THRICE),
    Exhibit("流浪狗追人", on(4, f"{DISPATCHED} object let_go") + ago(dispatch=240, sign=200)),
    Exhibit("承重墙", on(3, f"{DISPATCHED} object hold sign")),
    Exhibit("广场舞", on(5, IN_HAND) + on(4, "ask_time give_time"), is_residents=True),
    Exhibit("掉渣", on(4, IN_HAND) + ago(ask_time=45)),
    Exhibit("厨房一到饭点", on(3, IN_HAND) + ago(question=150), is_residents=True),
    Exhibit("过道装了摄像头", on(3, IN_HAND) + ago(question=900, tell=120, urge=30)),
    Exhibit("整夜嗡嗡响", on(24, IN_HAND) + on(22, "ask_shelf shelve"), is_residents=True),
    Exhibit("负二层灯", on(26, IN_HAND) + on(25, "ask_shelf_for_a_month shelve")),
    Exhibit("积水没过脚背", on(5, IN_HAND) + ago(ask_shelf=100)),
]
EXHIBITS = [*URGENT, *WAITING, *LATE, *NEARLY_LATE, *ANSWERED, *ASKED_FOR]


def moment(step: Step, *, now: datetime, calendar: Calendar) -> datetime:
    how, count, deed = step
    if how == "ago":
        return now - timedelta(minutes=count)
    hour, minute = TIMES[deed]
    day = calendar.workdays_before(local_day(now), count)
    return midnight(day) + timedelta(hours=hour, minutes=minute)


def enact(story: Story, exhibit: Exhibit, *, now: datetime) -> None:
    """Do what the exhibit says and nothing else; the sweep does what falls due."""
    for step in exhibit.steps[1:]:
        at = moment(step, now=now, calendar=story.scene.calendar)
        story.life.sweep_until(at)
        deed = REQUESTS.get(step[2]) or getattr(Story, step[2])
        deed(story, at)
    while story.life.sweep_until(now):
        pass
