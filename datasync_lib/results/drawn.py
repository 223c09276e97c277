"""The graph of the analyses as a picture: tables on the left, frames by area, findings on the right.

A box is an area, a module, with the frames that it gives. A line goes from a table or frame to each area that needs it, and
from an area to its findings; what an area needs of itself is not drawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from ..analysis.registry import ANALYSES
from ..analysis.values import VALUES
from .described import areas

_LINE, _GAP, _WIDTH, _STEP, _TOP = 17, 14, 210, 300, 40
# So many columns of areas between the tables and the findings.
_COLUMNS = 5
_COLOURS = {"table": ("#eaf1f8", "#4a78a8"), "area": ("#f6f6f6", "#7f7f7f"), "findings": ("#fdf0e3", "#c9772b")}


@dataclass
class _Box:
    """Names in a box; `x` and `y` are its upper left corner."""

    kind: str
    names: tuple[str, ...]
    title: str = ""
    x: int = 0
    y: int = 0

    @property
    def height(self) -> int:
        return _LINE * (len(self.names) + bool(self.title)) + 6

    def middle_of(self, name: str) -> int:
        """Where the line of a name is."""
        at = self.names.index(name) + bool(self.title) if name in self.names else 0
        return self.y + _LINE * at + _LINE // 2 + 3


def picture_of_analyses() -> str:
    """docs/pictures/analyses.svg, as text."""
    columns = _columns()
    lines = _lines([box for column in columns for box in column])
    for _ in range(4):
        _place(columns)
        for column in columns:
            column.sort(key=lambda box: _pull(box, lines))
    _place(columns)
    width = _STEP * (len(columns) - 1) + _WIDTH + 20
    height = max(box.y + box.height for column in columns for box in column) + 10
    drawn = [*map(_curve, lines), *(_shape(box) for column in columns for box in column)]
    heads = [(0, "tables"), (1, "frames, by area"), (len(columns) - 1, "findings")]
    words = [
        f'<text x="{10 + _STEP * at}" y="24" font-size="16" font-weight="bold">{word}</text>' for at, word in heads
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222222" role="img" '
            'aria-label="Which analysis needs which tables and frames, and what they find">',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *words,
            *drawn,
            "</svg>",
            "",
        ]
    )


def _depths() -> dict[str, int]:
    """How many analyses lie between a name and the tables."""
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in depths:
            needs = _needs(name)
            depths[name] = 1 + max(map(depth, needs)) if needs else 0
        return depths[name]

    for name in ANALYSES:
        depth(name)
    return depths


def _needs(name: str) -> list[str]:
    return [need for need in ANALYSES[name].needs if need not in VALUES] if name in ANALYSES else []


def _columns() -> list[list[_Box]]:
    """Tables; areas from those that are near the tables to those that are far; findings."""
    depths = _depths()
    frames = {area: [a.name for a in some if not a.finds] for area, some in areas().items()}
    boxes = [
        _Box("area", tuple(names), area.rpartition(".")[2])
        for area, names in sorted(frames.items(), key=lambda each: _mean(depths[a.name] for a in areas()[each[0]]))
    ]
    share = sum(box.height + _GAP for box in boxes) / _COLUMNS
    middle: list[list[_Box]] = [[] for _ in range(_COLUMNS)]
    above = 0.0
    for box in boxes:
        middle[min(int((above + box.height / 2) / share), _COLUMNS - 1)].append(box)
        above += box.height + _GAP
    given = sorted({need for name in ANALYSES for need in _needs(name)} - set(ANALYSES))
    tables = [_Box("table", (name,)) for name in sorted(given, key=lambda name: name.removeprefix("all_"))]
    return [tables, *middle, [_Box("findings", (name,)) for name, a in ANALYSES.items() if a.finds]]


def _lines(boxes: Iterable[_Box]) -> list[tuple[str, _Box, _Box]]:
    """Name, the box it stands in, and the box that needs it."""
    at = {name: box for box in boxes for name in box.names}
    by_area = {box.title: box for box in boxes if box.title}
    lines = {}
    for area, analyses in areas().items():
        here = by_area[area.rpartition(".")[2]]
        for analysis in analyses:
            if analysis.finds:
                lines[here.title, analysis.name] = here.title, here, at[analysis.name]
            for need in _needs(analysis.name):
                if at[need] is not here:
                    lines[need, here.title] = need, at[need], here
    return list(lines.values())


def _pull(box: _Box, lines: Iterable[tuple[str, _Box, _Box]]) -> float:
    """The height at which the lines of a box would be shortest."""
    starts = [start.middle_of(name) for name, start, end in lines if end is box]
    ends = [end.y for _, start, end in lines if start is box]
    return _mean([*starts, *ends]) if starts or ends else box.y


def _mean(numbers: Iterable[float]) -> float:
    numbers = list(numbers)
    return sum(numbers) / len(numbers)


def _place(columns: Sequence[Sequence[_Box]]) -> None:
    """Boxes of a column one below the other, over the height of the longest."""
    longest = max(sum(box.height + _GAP for box in column) for column in columns)
    for at, column in enumerate(columns):
        free = (longest - sum(box.height for box in column)) / max(len(column), 1)
        y = _TOP + free / 2
        for box in column:
            box.x, box.y = 10 + _STEP * at, int(y)
            y += box.height + free


def _curve(line: tuple[str, _Box, _Box]) -> str:
    name, start, end = line
    x0, y0, x1, y1 = start.x + _WIDTH, start.middle_of(name), end.x, end.middle_of("")
    bend = max((x1 - x0) // 2, 50)
    colour = _COLOURS[start.kind][1]
    path = f"M{x0},{y0}C{x0 + bend},{y0} {x1 - bend},{y1} {x1},{y1}"
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity="0.4"/>'


def _shape(box: _Box) -> str:
    fill, stroke = _COLOURS[box.kind]
    shape = (
        f'<rect x="{box.x}" y="{box.y}" width="{_WIDTH}" height="{box.height}" rx="4" fill="{fill}" stroke="{stroke}"/>'
    )
    texts = [(box.title, ' font-weight="bold"')] if box.title else []
    texts += [(name, "") for name in box.names]
    words = [
        f'<text x="{box.x + 8}" y="{box.y + _LINE * at + 14}"{style}>{escape(text)}</text>'
        for at, (text, style) in enumerate(texts)
    ]
    return "".join([shape, *words])
