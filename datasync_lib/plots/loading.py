"""Figures of what was loaded: files, catalogue, spellings and places of OCNs."""

import polars as pl
from matplotlib.axes import Axes

from ..analysis.ocn_places import SYSTEMATIC_BIBS, SYSTEMATIC_SHARE
from ..tables.loading import NEED_A_LOOK
from .chart import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    SKY,
    Chart,
    add_legend,
    count,
    empty_chart,
    hide_scale,
    list_rows,
    number_bars,
    percent,
    rows_high,
    shorten,
    styled,
)

_ROWS_SHOWN = 14


@styled
def plot_files(files: pl.DataFrame) -> Chart:
    """Was everything in the raw folder read, and is anything missing?

    Args:
        files: the table `files`.

    Returns:
        Bars of loaded and rejected pieces by kind of file: found = loaded + rejected.
    """
    if files.is_empty():
        return empty_chart("files", "No file is loaded yet", "Put exports and reports into data/raw, then load.")
    kinds = (
        files.group_by("kind")
        .agg(pl.len().alias("files"), pl.col("found", "loaded", "rejected").sum())
        .sort("found", "kind", descending=[True, False])
    )
    found, loaded, rejected = files.select(pl.col("found", "loaded", "rejected").sum()).row(0)
    odd = files.filter(pl.col("kind").is_in(NEED_A_LOOK)).height
    finding = f"{loaded:,} of {found:,} pieces loaded from {count(files.height, 'file')}"
    faults = [f"{rejected:,} rejected"] * bool(rejected)
    faults += [f"{count(odd, 'file')} {'needs' if odd == 1 else 'need'} a look"] * bool(odd)
    note = "A piece is a record of a MARC file or a row of a report or list. Found = loaded + rejected, for each file."
    chart = Chart(
        "files", f"{finding}: {', '.join(faults) or 'nothing rejected'}", note, height=rows_high(kinds.height)
    )
    axes = chart.subplots()
    axes.barh(range(kinds.height), kinds["loaded"], color=BLUE, height=0.68)
    axes.barh(range(kinds.height), kinds["rejected"], left=kinds["loaded"], color=RED, height=0.68)
    number_bars(axes, kinds["found"].to_list(), [_said(row) for row in kinds.iter_rows(named=True)])
    list_rows(axes, [f"{row['kind']} ({count(row['files'], 'file')})" for row in kinds.iter_rows(named=True)])
    hide_scale(axes, "pieces found")
    add_legend(axes, {"loaded": BLUE, "rejected": RED})
    return chart


def _said(row: dict) -> str:
    return f"{row['found']:,}" + (f", {row['rejected']:,} of them rejected" if row["rejected"] else "")


@styled
def plot_catalogue(formats: pl.DataFrame, scope: pl.DataFrame) -> Chart:
    """What does the catalogue, or what of it goes to a symbol, consist of, and where does it stand?

    Args:
        formats: `readiness.count_formats`, of one symbol or of all.
        scope: `readiness.scope_by`, of the same.

    Returns:
        Bibs by format, and holdings by library: in scope, out of scope, in a location whose scope is undecided, or that
        nobody has mapped.
    """
    if formats.is_empty():
        return empty_chart("catalogue", "No catalogue is loaded yet", "Put an export (MARC) into data/raw, then load.")
    words = pl.col("format").fill_null("not told").str.replace_all("_", " ")
    formats = formats.group_by(words).agg(pl.col("bibs").sum()).sort("bibs", "format", descending=[True, False])
    bibs = formats["bibs"].sum()
    libraries = _libraries(scope)
    unmapped = libraries["unmapped"].sum()
    most, share = formats["format"][0], formats["bibs"][0] / bibs
    finding = (
        f"{count(bibs, 'bib')}, {percent(share)} of format {most}; "
        f"{count(libraries['holdings'].sum(), 'holding')}, "
        + (f"{unmapped:,} in locations that nobody has mapped" if unmapped else "all in mapped locations")
    )
    chart = Chart("catalogue", finding, height=rows_high(max(formats.height, libraries.height), least=4.5) + 0.3)
    left, right = chart.subplots(1, 2)
    left.barh(range(formats.height), formats["bibs"], color=BLUE, height=0.68)
    number_bars(left, formats["bibs"].to_list())
    room = max(formats.height, libraries.height)
    list_rows(left, formats["format"].to_list(), room=room)
    hide_scale(left, "bibs by format")
    _draw_libraries(right, libraries, room)
    return chart


def _libraries(scope: pl.DataFrame) -> pl.DataFrame:
    in_scope = pl.col("in_scope")
    counted = (
        scope.group_by(pl.col("library").fill_null("(no library)"))
        .agg(
            pl.col("holdings").sum(),
            pl.col("holdings").filter(in_scope.fill_null(False)).sum().alias("in_scope"),
            pl.col("holdings").filter(~in_scope.fill_null(True)).sum().alias("out_of_scope"),
            pl.col("holdings").filter(in_scope.is_null() & pl.col("is_mapped")).sum().alias("undecided"),
            pl.col("holdings").filter(~pl.col("is_mapped")).sum().alias("unmapped"),
        )
        .sort("holdings", "library", descending=[True, False])
    )
    rest = counted.slice(_ROWS_SHOWN)
    if rest.is_empty():
        return counted
    other = rest.select(pl.lit(f"{rest.height} other libraries").alias("library"), pl.exclude("library").sum())
    return pl.concat([counted.head(_ROWS_SHOWN), other])


def _draw_libraries(axes: Axes, libraries: pl.DataFrame, room: int) -> None:
    left = [0] * libraries.height
    columns = {"in_scope": ("in scope", BLUE), "out_of_scope": ("out of scope", GREY)}
    columns |= {"undecided": ("undecided", ORANGE), "unmapped": ("not mapped", RED)}
    for column, (_, colour) in columns.items():
        axes.barh(range(libraries.height), libraries[column], left=left, color=colour, height=0.68)
        left = [start + width for start, width in zip(left, libraries[column], strict=True)]
    number_bars(axes, libraries["holdings"].to_list())
    list_rows(axes, libraries["library"].to_list(), wrap=24, room=room)
    hide_scale(axes, "holdings by library")
    add_legend(axes, {name: colour for column, (name, colour) in columns.items() if libraries[column].sum()})


@styled
def plot_ocn_census(census: pl.DataFrame) -> Chart:
    """How are OCNs spelt, where do they stand, and which of them can be used?

    Args:
        census: `ocn_places.ocn_census`.

    Returns:
        Readings by place and spelling, the most frequent first, in the colour of their verdict.
    """
    if census.is_empty():
        return empty_chart("ocn_census", "No OCN was found in any place", "Look at [ocn] places in datasync.toml.")
    verdict = pl.col("verdict")
    kind = pl.when(verdict == "ok").then(0).when(verdict.is_in(["not_oclc", "empty"])).then(2).otherwise(1)
    ranked = census.with_columns(kind=kind).sort("readings", "place", "spelling", descending=[True, False, False])
    shown, rest = ranked.head(_ROWS_SHOWN), ranked.slice(_ROWS_SHOWN)
    total, usable = census["readings"].sum(), census.filter(verdict == "ok")["readings"].sum()
    doubtful = ranked.filter(pl.col("kind") == 1)["readings"].sum()
    finding = f"{usable:,} of {total:,} readings are OCNs; {doubtful:,} look like OCNs but cannot be used"
    note = "<8> stands for eight digits. Another number is one of another agency."
    if rest.height:
        note = f"Not shown: {count(rest.height, 'rarer spelling')} with {rest['readings'].sum():,} readings. {note}"
    colours = {"an OCN": GREEN, "looks like one": ORANGE, "another number": GREY}
    chart = Chart("ocn_census", finding, note, height=rows_high(shown.height))
    axes = chart.subplots()
    axes.barh(
        range(shown.height), shown["readings"], color=[[*colours.values()][k] for k in shown["kind"]], height=0.68
    )
    words = [f"{r['readings']:,}  {_verdict(r['verdict'])}" for r in shown.iter_rows(named=True)]
    number_bars(axes, shown["readings"].to_list(), words)
    list_rows(axes, [shorten(f"{r['place']}   {r['spelling']}", 46) for r in shown.iter_rows(named=True)], wrap=50)
    hide_scale(axes, "readings")
    add_legend(axes, colours)
    return chart


def _verdict(verdict: str) -> str:
    return "" if verdict in ("ok", "not_oclc") else verdict.replace("_", " ")


@styled
def plot_places(comparison: pl.DataFrame, ranks: pl.DataFrame) -> Chart:
    """Where a bib has OCNs in two places, do they agree, and which place should come first?

    Args:
        comparison: `ocn_places.compare_places`.
        ranks: `ocn_places.propose_rank`.

    Returns:
        One bar for each pair of places: bibs with the same, partly the same, or different numbers.
    """
    if comparison.is_empty():
        what = "No bib has OCNs in two places" if ranks.height else "No OCN was found in any place"
        return empty_chart("places", what, "There is nothing to rank." if ranks.height else "Load an export first.")
    pairs = comparison.sort("different", "both", "place", "other_place", descending=[True, True, False, False]).head(10)
    first = pairs.row(0, named=True)
    finding = (
        f"{first['place']} and {first['other_place']} differ on {first['different']:,} of {first['both']:,} bibs"
        if first["different"]
        else "Places of OCNs agree wherever a bib has two"
    )
    by_rank = ranks.sort("proposed_rank")["place"].to_list()
    if first["different"] >= SYSTEMATIC_BIBS and first["share_different"] >= SYSTEMATIC_SHARE:
        better = next(place for place in by_rank if place in (first["place"], first["other_place"]))
        finding += f": let {better} come first"
    now = ranks.sort("present_rank", "place", nulls_last=True)["place"].to_list()
    note = f"Rank now: {', '.join(now)}. Proposed: {', '.join(by_rank)}. The rank is set in [ocn] of datasync.toml."
    colours = {"same number": SKY, "partly the same": ORANGE, "different": RED}
    chart = Chart("places", finding, note, height=rows_high(pairs.height, each=0.6))
    axes = chart.subplots()
    left = [0] * pairs.height
    for column, colour in zip(("same", "partly", "different"), colours.values(), strict=True):
        axes.barh(range(pairs.height), pairs[column], left=left, color=colour, height=0.68)
        left = [start + width for start, width in zip(left, pairs[column], strict=True)]
    words = [f"{r['different']:,} of {r['both']:,} differ" for r in pairs.iter_rows(named=True)]
    number_bars(axes, pairs["both"].to_list(), words)
    list_rows(axes, [f"{r['place']} and {r['other_place']}" for r in pairs.iter_rows(named=True)])
    hide_scale(axes, "bibs with a number in both places")
    add_legend(axes, colours)
    return chart
