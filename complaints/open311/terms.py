"""The words of the open door, GeoReport's beside ours. Nothing here does anything."""

from typing import NamedTuple

from django.db.models import TextChoices

from complaints.terms import Category, State, Visibility


class Status(TextChoices):
    """GeoReport knows two; what may still change is open."""

    OPEN = "open", "在办"
    CLOSED = "closed", "已了结"


CLOSED_STATES = [State.CLOSED, State.DECLINED, State.WITHDRAWN, State.MERGED]


class Service(NamedTuple):
    """One kind of request: our category, said to somebody who has never seen the portal."""

    group: str
    description: str
    keywords: str


FACILITIES, SAFETY, SURROUNDINGS = "房屋设施", "安全", "环境"
PROPERTY, PEOPLE = "物业与公共收益", "民生"
SERVICES: dict[Category, Service] = {
    Category.LIFT: Service(FACILITIES, "电梯停运、困人、异响、维保和加装。", "电梯,困人,维保"),
    Category.FIRE: Service(SAFETY, "消防通道、消火栓、灭火器、消防设施。", "消防,通道,灭火器"),
    Category.EBIKE: Service(SAFETY, "电动车进楼、飞线充电、车棚和充电桩。", "电动车,充电,飞线"),
    Category.WATER: Service(FACILITIES, "停水、水压、水质和二次供水。", "停水,水压,水箱"),
    Category.DRAINAGE: Service(FACILITIES, "下水堵塞、污水冒溢、化粪池、积水。", "下水,污水,积水"),
    Category.HOUSING: Service(FACILITIES, "漏水、外墙脱落、屋面、门窗和结构。", "漏水,外墙,屋面"),
    Category.PROPERTY_SERVICE: Service(
        PROPERTY, "物业的服务、收费、人员和设施维护。", "物业,收费,门禁"
    ),
    Category.COMMON_INCOME: Service(
        PROPERTY, "公共收益、维修资金的账目和使用。", "公共收益,维修资金,账目"
    ),
    Category.COMMITTEE: Service(PROPERTY, "业主委员会的选举、公示和履职。", "业委会,选举,公示"),
    Category.PARKING: Service(PROPERTY, "乱停车、占车位、地锁、道闸。", "停车,车位,地锁"),
    Category.NOISE: Service(SURROUNDINGS, "施工、商铺、广场舞和邻里噪声。", "噪声,施工,扰民"),
    Category.FUMES: Service(SURROUNDINGS, "餐馆油烟、异味、烟道。", "油烟,异味,烟道"),
    Category.CLEANING: Service(SURROUNDINGS, "垃圾清运、楼道堆物、卫生死角。", "垃圾,楼道,保洁"),
    Category.GREENING: Service(SURROUNDINGS, "树木修剪、绿地损坏、占绿毁绿。", "绿化,树木,修剪"),
    Category.DOGS: Service(SURROUNDINGS, "不拴绳、犬只扰民、粪便、流浪狗。", "养犬,拴绳,流浪狗"),
    Category.FALLING_OBJECTS: Service(SAFETY, "高空抛物、坠物隐患。", "高空抛物,坠物"),
    Category.ILLEGAL_BUILDING: Service(
        SAFETY, "违法搭建、破坏承重墙、占用公共部位。", "违建,搭建,承重墙"
    ),
    Category.SUBLETTING: Service(SAFETY, "群租、日租、改变用途。", "群租,日租,隔断"),
    Category.GAS: Service(SAFETY, "燃气泄漏、管道、用气安全。", "燃气,泄漏,管道"),
    Category.LIGHTING: Service(FACILITIES, "路灯、楼道灯、地库照明和停电。", "路灯,楼道灯,停电"),
    Category.ELDERS: Service(PEOPLE, "老人助餐、照料、适老改造。", "养老,助餐,老人"),
    Category.CHILDREN: Service(PEOPLE, "托幼、课后看护、儿童设施。", "托幼,儿童,看护"),
    Category.NEIGHBOURS: Service(PEOPLE, "邻里纠纷、相邻关系、调解。", "邻里,纠纷,调解"),
    Category.OTHER: Service(PEOPLE, "以上都不是的事。", "其他"),
}

# What may be said beside the description: code, what it asks, the values it offers.
PLACE, VISIBILITY = "place", "visibility"
ATTRIBUTES: dict[str, tuple[str, dict[str, str]]] = {
    PLACE: ("具体位置，例如：电梯里、地下车库、5 楼楼道。不用写房号。", {}),
    VISIBILITY: (
        "别人能看到吗？不写就是公开事情、不写姓名。",
        {choice.value: str(choice.label) for choice in (Visibility.NAMELESS, Visibility.SECRET)},
    ),
}
