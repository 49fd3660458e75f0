"""我的信息 of a whole account: what each app keeps of a person, gathered for that person alone."""

from datetime import datetime
from typing import Any

from django.db import transaction

from complaints.access.personal import concerns_by, data_of
from complaints.actions.privacy import ON_DEMAND, forget_follow, forget_reporter
from compounds.accounts.access import my_homes, my_posts, my_sign_ins
from compounds.accounts.actions import leave
from compounds.models import Person


def data_of_person(person: Person, *, at: datetime) -> dict[str, Any]:
    """Words for the keys, text for the values, so that whoever opens the file can read it."""
    return {
        "姓名": person.name,
        "手机号": person.phone,
        "身份证号": person.id_number,
        "电子邮箱": person.email,
        "建档时间": person.joined_at.isoformat(),
        "房屋": [f"{home.entrance.building.compound} {home}" for home in my_homes(person)],
        "任职": [
            {
                "职务": f"{post.organization} {post.get_role_display()}",
                "从": post.started_at.isoformat(),
                "到": post.ended_at.isoformat() if post.ended_at else None,
            }
            for post in my_posts(person)
        ],
        "登录": [
            {"时间": one.at.isoformat(), "设备": one.device}
            for one in my_sign_ins(person, at, here=None)
        ],
        "通知": [
            {"时间": one.created_at.isoformat(), "标题": one.title, "内容": one.body}
            for one in person.notices.for_list()
        ],
        "也遇到的问题": [
            {"编号": one.ticket.code, "时间": one.at.isoformat()}
            for one in person.follows.select_related("ticket")
        ],
        "反映的问题": [data_of(concern) for concern in concerns_by(person)],
    }


@transaction.atomic
def forget_person(person: Person, *, at: datetime) -> None:
    """注销: first whether the account may go at all, then its name in everything reported."""
    concerns, follows = concerns_by(person), list(person.follows.select_related("ticket", "person"))
    leave(person, at=at)
    for concern in concerns:
        forget_reporter(concern, reason=ON_DEMAND, at=at)
    for follow in follows:
        forget_follow(follow)
