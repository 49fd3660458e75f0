"""The bundle: all that a stranger needs to check a log, as files."""

import json
import zipfile
from base64 import b64encode
from io import BytesIO
from pathlib import Path

from evidence import verify
from evidence.access.keys import known_keys
from evidence.models import Stream

README = """{title}
日志名：{origin}
条数：{size}

这里是这份日志的全部公开内容，任何人都可以核对：

1. 装有 Python 3.9 以上的电脑，在这个目录里运行：
       python3 verify.py .
   手上有回执、见证邮件或者海报的，一起核对更有力：
       python3 verify.py . 我的回执.json 见证邮件.txt
       python3 verify.py . --root 海报上的条数 "海报上的根"
2. 手机上打开网页 {check}，选这个压缩包和您的回执。

文件：
  log.jsonl        日志，一行一条，第 57 行就是“第 57 号”
  checkpoints/     公布过的检查点，每个都有签名
  keys.json        签名用的公钥
  roll.jsonl 等    日志里写有摘要的公开文件
  verify.py        核对程序，只有一个文件，不联网

核对通过，说明这些文件前后一致，没有被改过。
要确认没有整份换掉，请用您自己保存的检查点来核对：海报、邮件、纪要都行。
这叫“防篡改可核验”：谁改了都会被查出来，而不是谁也改不了。

The rules, byte by byte, stand in docs/evidence.md of the program.
"""


def bundle_of(stream: Stream, *, check: str) -> dict[str, bytes]:
    """The files by name. `check` is the address of the page that checks them."""
    # Lines beyond the size that was read belong to a later moment.
    lines = stream.entries.filter(index__lt=stream.size).order_by("index")
    checkpoints = stream.checkpoints.filter(size__lte=stream.size).order_by("size")
    told = {"title": stream.title, "origin": stream.origin, "size": stream.size, "check": check}
    keys = {"keys": [b64encode(key).decode() for key in known_keys()]}
    texts = {
        "README.txt": README.format(**told),
        "verify.py": Path(verify.__file__).read_text(encoding="utf-8"),
        "log.jsonl": "".join(f"{body}\n" for body in lines.values_list("body", flat=True)),
        "keys.json": json.dumps(keys),
        **{f"checkpoints/{one.size:09}.txt": one.note for one in checkpoints},
        **dict(stream.exhibits.order_by("name").values_list("name", "content")),
    }
    return {name: text.encode() for name, text in texts.items()}


def zipped(files: dict[str, bytes]) -> bytes:
    """Stored, not compressed: a page can read it in a few lines, and the web server compresses.

    The same files give the same bytes.
    """
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()
