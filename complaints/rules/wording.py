"""常用答复: words kept ready, with blanks that nobody may leave open."""

import re
from collections.abc import Mapping

from compounds.rules import Refused

# {日期}, as typed with a Chinese keyboard too.
_BLANK = re.compile(r"[{｛]\s*([^{}｛｝\n]{1,20}?)\s*[}｝]")
# What a ticket fills in by itself; every other blank is its writer's.
KNOWN = ["编号", "事项", "地点", "单位", "今天"]


def filled(text: str, known: Mapping[str, str]) -> str:
    """With the blanks that are known filled in; the others stay open to be seen."""
    return _BLANK.sub(lambda blank: known.get(blank[1], blank[0]), text)


def check_blanks(text: str) -> None:
    """A reply with an open blank tells a resident nothing."""
    blanks = [f"「{name}」" for name in dict.fromkeys(_BLANK.findall(text))]
    if blanks:
        raise Refused(f"还有没填的空：{'、'.join(blanks)}。请把花括号换成实际内容，或者删掉。")
