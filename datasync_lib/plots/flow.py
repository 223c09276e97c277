"""An alluvial figure: bands between three columns of blocks, as wide as what flows through them."""

from dataclasses import dataclass
from itertools import pairwise

import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from .chart import GREY, INK, SOFT_INK

_STEPS = ("start", "middle", "end")
_HALF_BLOCK = 0.045
_GAP = 0.05
_LABEL_STEP = 0.068


@dataclass
class _Block:
    """A block of a column: where it begins, how high it is (of 1), and what flows through it."""

    bottom: float
    height: float
    records: int

    @property
    def top(self) -> float:
        return self.bottom + self.height


def draw_flow(axes: Axes, steps: pl.DataFrame, *, headings: list[str], colours: dict[str, str]) -> None:
    """Draw bands from start through middle to end.

    Args:
        axes: where.
        steps: start, middle, end: the name of the block in each column; records.
        headings: what stands above each column of blocks.
        colours: colour of a band by its block in the middle; their order is the order of the blocks.
    """
    order = {name: place for place, name in enumerate(colours)}
    flows = (
        steps.group_by(_STEPS)
        .agg(pl.col("records").sum())
        .sort(
            pl.col("middle").replace_strict(order, default=len(order), return_dtype=pl.Int32),
            *("records", "start", "end"),
            descending=[False, True, False, False],
        )
    )
    columns = [_stack(flows, step) for step in _STEPS]
    for place, (here, there) in enumerate(pairwise(_STEPS)):
        sides = (here, columns[place]), (there, columns[place + 1])
        _draw_bands(axes, place, flows, sides, colours)
    for place, (blocks, heading) in enumerate(zip(columns, headings, strict=True)):
        _draw_blocks(axes, place, blocks)
        axes.text(place, 1.05, heading, fontweight="bold", va="bottom", ha="right" if place == 0 else "left")
    axes.set_xlim(-0.6, 2.5)
    axes.set_ylim(-0.05, 1.12)
    axes.set_axis_off()


def _stack(flows: pl.DataFrame, step: str) -> dict[str, _Block]:
    """The blocks of a column, from the top."""
    sums = flows.group_by(step, maintain_order=True).agg(pl.col("records").sum())
    if step == "start":
        sums = sums.sort("records", step, descending=[True, False])
    gap = min(_GAP, 0.5 / sums.height)
    scale, top, blocks = (1 - gap * (sums.height - 1)) / sums["records"].sum(), 1.0, {}
    for name, records in sums.iter_rows():
        height = scale * records
        blocks[name] = _Block(top - height, height, records)
        top -= height + gap
    return blocks


def _draw_bands(
    axes: Axes,
    place: int,
    flows: pl.DataFrame,
    sides: tuple[tuple[str, dict[str, _Block]], tuple[str, dict[str, _Block]]],
    colours: dict[str, str],
) -> None:
    """The bands of a block leave in the order of the blocks they go to, so that they do not cross at once."""
    (here, starts), (there, ends) = sides
    bands = flows.group_by(here, there).agg(pl.col("records").sum())
    pairs = {(a, b): records for a, b, records in bands.iter_rows()}
    ordered = [(a, b) for a in starts for b in ends if (a, b) in pairs]
    leaves = _pile(ordered, pairs, starts, side=0)
    arrives = _pile(sorted(ordered, key=lambda p: list(ends).index(p[1])), pairs, ends, side=1)
    for pair in ordered:
        colour = colours.get(pair[1] if there == "middle" else pair[0], GREY)
        band = _band((place + _HALF_BLOCK, *leaves[pair]), (place + 1 - _HALF_BLOCK, *arrives[pair]))
        axes.add_patch(PathPatch(band, facecolor=colour, edgecolor=colour, linewidth=0.8, alpha=0.45))


def _pile(ordered: list, pairs: dict, blocks: dict[str, _Block], *, side: int) -> dict:
    """Bottom and height of each band where it touches the blocks of one side."""
    tops, places = {name: block.top for name, block in blocks.items()}, {}
    for pair in ordered:
        block = blocks[pair[side]]
        height = block.height * pairs[pair] / block.records
        tops[pair[side]] -= height
        places[pair] = (tops[pair[side]], height)
    return places


def _band(start: tuple[float, float, float], end: tuple[float, float, float]) -> Path:
    """A band between two edges, each of them x, bottom and height."""
    (x0, y0, height0), (x1, y1, height1) = start, end
    middle = (x0 + x1) / 2
    points = [
        (x0, y0), (middle, y0), (middle, y1), (x1, y1),
        (x1, y1 + height1), (middle, y1 + height1), (middle, y0 + height0), (x0, y0 + height0), (x0, y0),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    return Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])


def _draw_blocks(axes: Axes, place: int, blocks: dict[str, _Block]) -> None:
    side = -1 if place == 0 else 1
    heights = _apart([block.bottom + block.height / 2 for block in blocks.values()])
    for (name, block), y in zip(blocks.items(), heights, strict=True):
        shape = (place - _HALF_BLOCK, block.bottom), 2 * _HALF_BLOCK, max(block.height, 0.002)
        axes.add_patch(Rectangle(*shape, facecolor=INK))
        middle, x = block.bottom + block.height / 2, place + side * (_HALF_BLOCK + 0.03)
        if abs(y - middle) > 0.012:
            axes.plot([place + side * _HALF_BLOCK, x], [middle, y], color=SOFT_INK, linewidth=0.8)
        plate = {"facecolor": "white", "alpha": 0.8 if place == 1 else 0, "linewidth": 0, "pad": 1.5}
        where = {"va": "center", "ha": "right" if side < 0 else "left"}
        axes.text(x + side * 0.01, y, f"{name}  {block.records:,}", bbox=plate, **where)


def _apart(middles: list[float]) -> list[float]:
    """Heights for labels near their blocks, from the top, no two closer than a line of text."""
    heights: list[float] = []
    for middle in middles:
        heights.append(min(middle, heights[-1] - _LABEL_STEP) if heights else middle)
    floor = -0.02
    for place in reversed(range(len(heights))):
        heights[place] = max(heights[place], floor)
        floor = heights[place] + _LABEL_STEP
    return heights
