"""An alluvial figure: bands between columns of blocks, as wide as what flows through them."""

from itertools import pairwise

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from .chart import GREY, INK, SOFT_INK

_BLOCK = 0.045
_GAP = 0.05
_LABEL_STEP = 0.068


def draw_flow(axes: Axes, steps: pl.DataFrame, *, headings: list[str], colours: dict[str, str], by: str) -> None:
    """Draw bands from column to column.

    Args:
        axes: where.
        steps: columns "0", "1", … with the name of the block in each step, and `records`.
        headings: what stands above each column of blocks.
        colours: colour of a band by the value of the column `by`.
        by: the column of `steps` that colours.
    """
    names = [str(step) for step in range(len(headings))]
    flows = steps.group_by(*names).agg(pl.col("records").sum())
    order = {name: place for place, name in enumerate(colours)}
    flows = flows.sort(pl.col(by).replace_strict(order, default=len(order), return_dtype=pl.Int32), *names)
    blocks = {name: _stack(flows, name, keep_order=name == by) for name in names}
    for place, (here, there) in enumerate(pairwise(names)):
        _draw_bands(axes, flows, place, blocks[here], blocks[there], here, there, colours, by)
    for place, (name, heading) in enumerate(zip(names, headings, strict=True)):
        _draw_blocks(axes, place, blocks[name], is_last=place == len(names) - 1)
        axes.text(place, 1.06, heading, fontweight="bold", va="bottom", ha="right" if place == 0 else "left")
    axes.set_xlim(-0.55, len(names) - 1 + 0.62)
    axes.set_ylim(-0.05, 1.14)
    axes.set_axis_off()


def _stack(flows: pl.DataFrame, name: str, *, keep_order: bool) -> dict[str, tuple[float, float, int]]:
    """Bottom, height (of 1) and records of each block of a column, from the top."""
    sums = flows.group_by(name, maintain_order=True).agg(pl.col("records").sum())
    if not keep_order:
        sums = sums.sort("records", name, descending=[True, False]) if name == "0" else sums
    total = sums["records"].sum()
    scale = 1 - _GAP * (sums.height - 1)
    top, blocks = 1.0, {}
    for block, records in sums.iter_rows():
        height = scale * records / total
        blocks[block] = (top - height, height, records)
        top -= height + _GAP
    return blocks


def _draw_bands(axes, flows, place, left, right, here, there, colours, by) -> None:
    pairs = (
        flows.group_by(here, there, by, maintain_order=True).agg(pl.col("records").sum())
        if by not in (here, there)
        else flows.group_by(here, there, maintain_order=True).agg(pl.col("records").sum())
    )
    out = {block: bottom + height for block, (bottom, height, _) in left.items()}
    into = {block: bottom + height for block, (bottom, height, _) in right.items()}
    sides = list(left), list(right)
    # The bands of a block leave in the order of the blocks they go to, so that they do not cross at once.
    rows = sorted(pairs.iter_rows(named=True), key=lambda r: (sides[0].index(r[here]), sides[1].index(r[there])))
    starts = {}
    for row in rows:
        width = left[row[here]][1] * row["records"] / left[row[here]][2]
        starts[row[here], row[there]] = (out[row[here]] - width, width)
        out[row[here]] -= width
    for row in sorted(rows, key=lambda r: (sides[1].index(r[there]), sides[0].index(r[here]))):
        width = right[row[there]][1] * row["records"] / right[row[there]][2]
        into[row[there]] -= width
        start, start_width = starts[row[here], row[there]]
        band = _band(place + _BLOCK, place + 1 - _BLOCK, start, start_width, into[row[there]], width)
        colour = colours.get(row[by], GREY)
        axes.add_patch(PathPatch(band, facecolor=colour, edgecolor=colour, linewidth=0.8, alpha=0.45))


def _band(x0: float, x1: float, y0: float, height0: float, y1: float, height1: float) -> Path:
    middle = (x0 + x1) / 2
    points = [
        (x0, y0), (middle, y0), (middle, y1), (x1, y1),
        (x1, y1 + height1), (middle, y1 + height1), (middle, y0 + height0), (x0, y0 + height0), (x0, y0),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    return Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])


def _draw_blocks(axes: Axes, place: int, blocks: dict[str, tuple[float, float, int]], *, is_last: bool) -> None:
    middles = [bottom + height / 2 for bottom, height, _ in blocks.values()]
    side = -1 if place == 0 else 1
    for (block, (bottom, height, records)), middle, y in zip(blocks.items(), middles, _apart(middles), strict=True):
        axes.add_patch(Rectangle((place - _BLOCK, bottom), 2 * _BLOCK, max(height, 0.002), facecolor=INK))
        x = place + side * (_BLOCK + 0.03)
        if abs(y - middle) > 0.012:
            axes.plot([place + side * _BLOCK, x], [middle, y], color=SOFT_INK, linewidth=0.8)
        plate = (
            {} if place == 0 or is_last else {"bbox": {"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1.5}}
        )
        axes.text(x + side * 0.01, y, f"{block}  {records:,}", va="center", ha="right" if side < 0 else "left", **plate)


def _apart(middles: list[float]) -> list[float]:
    """Heights for labels near their blocks, from the top, no two closer than a line of text."""
    heights = []
    for middle in middles:
        heights.append(min(middle, heights[-1] - _LABEL_STEP) if heights else middle)
    too_low = max(0.0, -0.02 - heights[-1]) if heights else 0.0
    if too_low:
        for i in reversed(range(len(heights))):
            floor = -0.02 if i == len(heights) - 1 else heights[i + 1] + _LABEL_STEP
            heights[i] = max(heights[i], floor)
    return list(np.round(heights, 4))
