import re

from compounds.rules import Refused, masked_text

_ROOM = re.compile(
    r"\d{3,4}\s*(?:室|号房|号门|房间)|\d+\s*[-—－]\s*\d+\s*[-—－]\s*\d{3,4}|单元\s*\d{3,4}"
)


def check_words(words: str, names: list[str]) -> None:
    """公示用语 names a thing, never a person, a telephone or a room."""
    if masked_text(words) != words:
        raise Refused("公示里不能写电话、证件等号码，请去掉。")
    if _ROOM.search(words):
        raise Refused("公示只写到楼栋，请去掉房号。")
    if any(name and name in words for name in names):
        raise Refused("公示里不能写反映人的姓名，请去掉。")
