"""The figure of analysis_scale.py: time, memory and rows of the analyses against the size of the catalogue."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from datasync_lib.plots.chart import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, SOFT_INK, Chart, styled

_COLOURS = {"frames": BLUE, "workbooks": ORANGE, "again": GREEN, "sql": PURPLE, "notebooks": RED}
_MARKERS = {"frames": "o", "workbooks": "s", "again": "^", "sql": "D", "notebooks": "v"}
_FRAMES_SHOWN = 10
_MINUTE, _HOUR = 60, 3600


@styled
def draw(
    measured: list[dict],
    works: Mapping[str, str],
    limits: Mapping[int, tuple[float, float]],
    growth: Mapping[str, float],
) -> Chart:
    """Time and memory against bibs, and the frames that take longest in the largest catalogue, with their rows.

    Args:
        measured: what was measured of each size, smallest first.
        works: what each work is, in words.
        limits: bibs -> seconds and bytes that all frames and findings may take.
        growth: exponents of seconds and peak of all frames and findings; empty for one size.
    """
    chart = Chart("analysis_scale", _finding(measured[-1], growth), height=6.6)
    time, memory, frames = chart.subplots(1, 3, width_ratios=(1, 1, 1.05))
    for work, name in works.items():
        done = [(each["bibs"], each["works"][work]) for each in measured if "seconds" in each["works"].get(work, {})]
        style = {"color": _COLOURS[work], "marker": _MARKERS[work], "markersize": 8, "linewidth": 2}
        time.plot([size for size, _ in done], [of["seconds"] for _, of in done], label=name, **style)
        memory.plot([size for size, _ in done], [of["peak"] / 1e9 for _, of in done], **style)
    _draw_limits(time, {bibs: seconds for bibs, (seconds, _) in limits.items()})
    _draw_limits(memory, {bibs: most / 1e9 for bibs, (_, most) in limits.items()})
    _finish(
        time,
        _grows("Time", growth.get("seconds")),
        [(1, "1 s"), (10, "10 s"), (_MINUTE, "1 min"), (10 * _MINUTE, "10 min"), (_HOUR, "1 h")],
    )
    gigabytes = [(0.1, "100 MB"), (0.3, "300 MB"), (1, "1 GB"), (3, "3 GB"), (6, "6 GB"), (10, "10 GB")]
    _finish(memory, _grows("Memory (peak)", growth.get("peak")), gigabytes)
    _draw_frames(frames, measured[-1])
    chart.legend(*time.get_legend_handles_labels(), loc="outside lower left", ncols=3)
    return chart


def _finding(largest: dict, growth: Mapping[str, float]) -> str:
    frames = largest["works"]["frames"]
    if "stopped" in frames:
        return f"{largest['bibs']:,} bibs: frames and findings do not get to their end, {frames['stopped']}"
    took = f"{_bibs(largest['bibs'])} bibs: all frames and findings in {_time(frames['seconds'])} and {frames['peak'] / 1e9:.1f} GB"
    if not growth:
        return took
    again = largest["works"].get("again", {})
    soon = f"; asked again, nothing changed, in {_time(again['seconds'])}" if "seconds" in again else ""
    return took + soon


def _grows(what: str, power: float | None) -> str:
    return what if power is None else f"{what}, exponent {power:.2f}"


def _draw_limits(axes: Axes, limits: Mapping[int, float]) -> None:
    axes.scatter(
        list(limits), list(limits.values()), marker="_", s=700, linewidths=4, color=GREY, label="may take at most"
    )


def _finish(axes: Axes, title: str, ticks: list[tuple[float, str]]) -> None:
    axes.set(xscale="log", yscale="log", title=title, xlabel="bibs in the catalogue")
    low, high = axes.get_ylim()
    shown = [(at, text) for at, text in ticks if low <= at <= high]
    axes.set_yticks([at for at, _ in shown], [text for _, text in shown])
    left, right = axes.get_xlim()
    sizes = [(10**n, _size(10**n)) for n in range(3, 9) if left <= 10**n <= right]
    axes.set_xticks([at for at, _ in sizes], [text for _, text in sizes])
    axes.minorticks_off()
    axes.grid(color="#E4E6E8")
    axes.set_axisbelow(True)


def _draw_frames(axes: Axes, largest: dict) -> None:
    longest = sorted(largest["frames"], key=lambda frame: frame["seconds"])[-_FRAMES_SHOWN:]
    bars = axes.barh([frame["name"] for frame in longest], [frame["seconds"] for frame in longest], color=BLUE)
    labels = [f" {_time(frame['seconds'])}, {_rows(frame['rows'])}" for frame in longest]
    axes.bar_label(bars, labels, color=INK, fontsize=11)
    axes.set(title=f"Longest, {_bibs(largest['bibs'])} bibs", xticks=[])
    axes.set_xlim(0, 1.9 * max(frame["seconds"] for frame in longest))
    axes.tick_params(axis="y", labelsize=11, length=0)
    axes.spines["bottom"].set_visible(False)
    axes.text(0, -0.06, "with what each needed first", transform=axes.transAxes, color=SOFT_INK, fontsize=12)


def _size(bibs: int) -> str:
    return f"{bibs / 1e6:g} M" if bibs >= 10**6 else f"{bibs // 1000:,} k"


def _bibs(count: int) -> str:
    for unit, name in ((10**6, " million"), (10**3, ",000")):
        if count >= unit:
            return f"{count / unit:g}{name}"
    return str(count)


def _rows(count: int) -> str:
    return f"{count / 1e6:.1f} M rows" if count >= 10**6 else f"{count:,} rows"


def _time(seconds: float) -> str:
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    return f"{seconds / _MINUTE:.0f} minutes"
