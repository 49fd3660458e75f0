"""QR codes as runs of dark modules, for SVG on a page and rectangles on paper."""

from dataclasses import dataclass

MOST_BYTES = 2900  # of what the largest code holds


@dataclass(frozen=True)
class Picture:
    """`size` modules a side with the quiet border; each run is (x, y, width)."""

    size: int
    runs: list[tuple[int, int, int]]


def picture_of(text: str, error: str = "l") -> Picture | None:
    """None when the text is longer than a code can hold."""
    import segno

    if len(text.encode()) > MOST_BYTES:
        return None
    code = segno.make(text, error=error, micro=False, boost_error=False)
    rows = [list(row) for row in code.matrix_iter(border=4)]
    runs = [run for y, row in enumerate(rows) for run in _runs(row, y)]
    return Picture(len(rows), runs)


def _runs(row: list[int], y: int) -> list[tuple[int, int, int]]:
    runs, x = [], 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            runs.append((x, y, end - x))
        x = end + 1
    return runs
