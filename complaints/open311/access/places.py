"""Which compound and stairwell another system means by its words, codes or coordinates."""

from dataclasses import dataclass
from decimal import Decimal

from complaints.open311.models import ApiKey
from complaints.open311.rules import (
    NEAR_METRES,
    Known,
    Trouble,
    compounds_meant,
    end_of,
    metres,
    plain,
)
from compounds.models import Compound, Entrance

PLACE_LENGTH = 60
DEGREES_NEAR = Decimal("0.02")  # about 2 km: what lies beyond need not be measured
Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A compound's code, one of its stairwells, and what remains to be said about it."""

    compound: str
    entrance: int | None = None
    words: str = ""


def place_meant(*, address_id: str, address: str, point: Point | None, key: ApiKey) -> Place:
    """By the code, else by the words, else by the coordinates, else where the key sends it."""
    if address_id:
        return _by_code(address_id)
    compound = _by_words(address) if address else None
    if compound:
        return _inside(compound, plain(address))
    near = _nearest(point) if point else None
    if near:
        return Place(near, words=address[:PLACE_LENGTH])
    if key.compound:
        return Place(key.compound.code, words=(address or _spoken(point))[:PLACE_LENGTH])
    raise Trouble(400, _unknown(address, point))


def _by_code(address_id: str) -> Place:
    wanted = plain(address_id)
    if Compound.objects.filter(code=wanted.upper()).exists():
        return Place(wanted.upper())
    entrance = Entrance.objects.filter(token=wanted.lower()).select_related("building__compound")
    found = entrance.first()
    if found is None:
        raise Trouble(
            400, f"没有 address_id {wanted}。请用小区编号（例如 BS001）或单元的扫码编号。"
        )
    return Place(found.building.compound.code, found.pk)


def _by_words(address: str) -> Known | None:
    rows = Compound.objects.order_by("code").values_list("code", "name", "address")
    meant = compounds_meant(address, [Known(*row) for row in rows])
    if len(meant) > 1:
        names = "、".join(f"{one.name}（{one.code}）" for one in meant[:5])
        raise Trouble(400, f"address_string 像是几个小区：{names}。请写全名，或用 address_id。")
    return meant[0] if meant else None


def _inside(compound: Known, text: str) -> Place:
    """The stairwell that the address names, and what is said behind it."""
    entrances = Entrance.objects.filter(building__compound__code=compound.code)
    named = [(end_of(str(one), text), one.pk) for one in entrances.select_related("building")]
    end, entrance = max(named, default=(0, 0))
    begin = max(end, end_of(compound.name, text), end_of(compound.address, text))
    return Place(compound.code, entrance if end else None, text[begin:][:PLACE_LENGTH])


def _nearest(point: Point) -> str | None:
    lat, long = (Decimal(str(degrees)) for degrees in point)
    around = Compound.objects.filter(
        latitude__range=(lat - DEGREES_NEAR, lat + DEGREES_NEAR),
        longitude__range=(long - DEGREES_NEAR, long + DEGREES_NEAR),
    ).values_list("code", "latitude", "longitude")
    far = [(metres(point, (float(y), float(x))), code) for code, y, x in around if y and x]
    distance, code = min(far, default=(NEAR_METRES, None))
    return code if distance < NEAR_METRES else None


def _spoken(point: Point | None) -> str:
    return f"坐标 {point[0]:.6f}, {point[1]:.6f}" if point else ""


def _unknown(address: str, point: Point | None) -> str:
    if address:
        return f"没有认出 address_string「{address[:40]}」里的小区。请写小区全名，或用 address_id。"
    if point:
        return "这个坐标 1 公里内没有登记的小区。请改用 address_string 或 address_id。"
    return "缺少地点：请给 address_id、address_string，或 lat 和 long。"
