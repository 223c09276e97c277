"""What all figures have in common: size, type, colours, a title that says the finding, and how they show in a notebook.

The colours are those of Okabe and Ito, which people tell apart who do not see red and green. Where a colour means
something, the same is written in words or with a mark.
"""

import base64
import io
import textwrap
from collections.abc import Iterable, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

BLUE, SKY, ORANGE, YELLOW = "#0072B2", "#56B4E9", "#E69F00", "#F0E442"
GREEN, RED, PURPLE, GREY = "#009E73", "#D55E00", "#CC79A7", "#9A9A9A"
LIGHT, INK, SOFT_INK = "#E4E6E8", "#222222", "#595959"

WIDTH = 12.8
_DPI = 140
_WIDTH_IN_PAGE = 960
_TITLE_CHARACTERS = 84
_STYLE = {
    "font.family": "sans-serif",
    "font.size": 13,
    "axes.labelsize": 13,
    "axes.titlesize": 14,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "xtick.labelsize": 13,
    "ytick.labelsize": 13,
    "legend.fontsize": 13,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": SOFT_INK,
    "ytick.color": INK,
    "axes.edgecolor": "#B5B5B5",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,
}


# Decorates whatever makes axes or text: matplotlib reads most of its settings when a thing is made, some when it is drawn.
styled = mpl.rc_context(_STYLE)


class Chart(Figure):
    """A figure with a name, which notebooks show as PNG; a headless run saves it under the name.

    Args:
        name: becomes part of the file name.
        finding: what the figure shows, in a sentence: its title, and its text for those who do not see it.
    """

    def __init__(self, name: str, finding: str, note: str = "", *, height: float = 5.5, width: float = WIDTH):
        super().__init__(figsize=(width, height), layout="constrained")
        self.name = name
        self.finding = finding
        self.note = note
        self.get_layout_engine().set(w_pad=0.14, h_pad=0.1)
        title = textwrap.fill(finding, int(_TITLE_CHARACTERS * width / WIDTH))
        self.suptitle(title, x=0.012, ha="left", fontsize=18, fontweight="bold")
        if note:
            wide = int(1.45 * _TITLE_CHARACTERS * width / WIDTH)
            self.supxlabel(textwrap.fill(note, wide), x=0.012, ha="left", fontsize=12, color=SOFT_INK)

    @styled
    def png(self) -> bytes:
        """The picture."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=_DPI, facecolor="white", metadata={"Title": self.finding})
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        data = {"image/png": base64.b64encode(self.png()).decode("ascii"), "text/plain": self.finding}
        return data, {"image/png": {"width": _WIDTH_IN_PAGE, "alt": self.finding}, "figure": self.name}


@styled
def empty_chart(name: str, what: str, load: str = "") -> Chart:
    """The figure for a frame without rows: says what there is none of, and what to load."""
    chart = Chart(name, what, height=2.4)
    axes = chart.subplots()
    axes.set_axis_off()
    axes.text(0, 0.6, textwrap.fill(load or "Nothing to show.", 100), fontsize=15, color=SOFT_INK, va="center")
    return chart


def number_bars(axes: Axes, widths: Sequence[float], labels: Iterable[str] | None = None) -> None:
    """Write the numbers behind horizontal bars, and make room for them."""
    labels = [f"{width:,}" for width in widths] if labels is None else list(labels)
    most = max(widths, default=0) or 1
    for row, (width, label) in enumerate(zip(widths, labels, strict=True)):
        axes.text(width + most * 0.012, row, label, va="center_baseline", ha="left", fontsize=13)
    longest = max((len(label) for label in labels), default=0)
    axes.set_xlim(0, most * (1.04 + 0.0165 * longest * WIDTH / _inches(axes)))


def _inches(axes: Axes) -> float:
    """About how wide the axes are, before the layout is known: the figure's width in equal parts, less the labels."""
    columns = axes.get_subplotspec().get_gridspec().ncols if axes.get_subplotspec() else 1
    return axes.figure.get_figwidth() / columns


def list_rows(axes: Axes, labels: Sequence[str], *, wrap: int = 40, room: int = 2) -> None:
    """Rows of a bar chart from top to bottom, with their names; `room` for at least so many."""
    axes.set_yticks(range(len(labels)), [textwrap.fill(label, wrap) for label in labels])
    axes.set_ylim(max(len(labels), room) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def hide_scale(axes: Axes, label: str) -> None:
    """No ticks where the numbers stand on the bars; the label still says what is counted."""
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel(label, loc="left", color=SOFT_INK)


def add_legend(axes: Axes, colours: dict[str, str], **options: object) -> None:
    """A legend of colours above the axes, in one line."""
    handles = [Patch(facecolor=colour, label=name) for name, colour in colours.items()]
    options = {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "ncols": len(handles), "handlelength": 1.1} | options
    axes.legend(handles=handles, borderaxespad=0.2, columnspacing=1.4, handletextpad=0.5, **options)


def rows_high(rows: int, *, each: float = 0.42, least: float = 3.4) -> float:
    """A height for so many rows beside title and labels."""
    return max(least, 1.9 + each * rows)


def shorten(text: str, length: int) -> str:
    """A text that is too long for its row, cut at its end."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 file, 1,204 files."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share in words: 94.6 %, 0.07 %, 0 %; what is nearly nothing or nearly all does not look like it."""
    value = 100 * share
    if 0 < value < 0.005:
        return "< 0.01 %"
    if 99.95 <= value < 100:
        return "> 99.9 %"
    if 0 < value < 0.1:
        return f"{value:.2f} %"
    return f"{value:.1f} %" if value % 1 else f"{value:.0f} %"
