"""Which rows stand on which sheet, and in which order: as staff walk along the shelves (practice.md 4.2, 4.3)."""

import polars as pl

from ..problems import PROBLEMS

# Beyond this many sheets of one problem nobody reads on; the rest is counted and stays in the findings.
MOST_SHEETS = 10
_PLACE = ["library", "location"]
_TAB_LENGTH = 31


def rows_shown(placed: pl.DataFrame, rows_per_sheet: int) -> pl.DataFrame:
    """Which of a unit's rows stand on which sheet, and in which order?

    Args:
        placed: the rows of the unit (`placing.place_rows`).
        rows_per_sheet: a sheet with more of them is cut, between locations where that can be.

    Returns:
        The rows in the order of the sheets, the most urgent first, without those that the unit called no problem on the same
        evidence, and without those of which another row tells (`ProblemClass.shown_with`); one row a location where the problem
        is one of locations. With sheet (from 1 within the problem), band (`in_shelf_order`), left_out (rows of the problem that
        are too many to list), and how many holdings and bibs the row stands for.
    """
    by_problem = placed.filter(~pl.col("is_settled") & ~_is_told_elsewhere()).partition_by("problem", as_dict=True)
    catalogue = list(PROBLEMS)
    order = sorted(by_problem, key=lambda key: (by_problem[key]["priority"].min(), catalogue.index(key[0])))
    shown = [_on_sheets(key[0], by_problem[key], rows_per_sheet) for key in order]
    return pl.concat(shown) if shown else _numbered(in_shelf_order(_each_alone(placed.clear())), 0, 0)


def _is_told_elsewhere() -> pl.Expr:
    classes = [
        (pl.col("problem") == code) & (pl.col("class") == name)
        for code, problem in PROBLEMS.items()
        for name, kind in problem.classes.items()
        if kind.shown_with
    ]
    return pl.any_horizontal(classes).fill_null(False)


def _on_sheets(code: str, rows: pl.DataFrame, rows_per_sheet: int) -> pl.DataFrame:
    """A problem's rows that are shown, numbered by sheet."""
    rows = _by_location(rows) if PROBLEMS[code].is_by_location else _each_alone(rows)
    is_cut = rows.height > rows_per_sheet
    parts = split_rows(in_shelf_order(rows, by_location=is_cut), rows_per_sheet)
    left_out = sum(part.height for part in parts[MOST_SHEETS:])
    return pl.concat(_numbered(part, number, left_out) for number, part in enumerate(parts[:MOST_SHEETS], start=1))


def _each_alone(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(holdings=pl.lit(1, dtype=pl.Int64), bibs=pl.lit(1, dtype=pl.Int64))


def _by_location(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a location, its first on the shelf, with how many holdings and bibs are there."""
    return (
        rows.sort("shelf", "row_key", nulls_last=True)
        .group_by(_PLACE, maintain_order=True)
        .agg(
            pl.all().first(),
            holdings=pl.col("holding_id").n_unique().cast(pl.Int64),
            bibs=pl.col("mms_id").n_unique().cast(pl.Int64),
        )
        .select(*rows.columns, "holdings", "bibs")
    )


def _numbered(rows: pl.DataFrame, sheet: int, left_out: int) -> pl.DataFrame:
    return rows.with_columns(sheet=pl.lit(sheet, dtype=pl.Int64), left_out=pl.lit(left_out, dtype=pl.Int64))


def in_shelf_order(rows: pl.DataFrame, *, by_location: bool = False) -> pl.DataFrame:
    """Rows by priority, library, location, call number and title; a group stands where its first row does.

    Args:
        rows: those of a problem.
        by_location: whether the location goes before the priority, because each is to have its sheet.

    Returns:
        The rows, with together (the group, or the row itself) and band: 0 or 1, changing from group to group (0 where there
        are no groups).
    """
    first = [*_PLACE, "priority"] if by_location else ["priority", *_PLACE]
    shelf = [*first, "shelf", "call_number", "title", "row_key"]
    alone = pl.coalesce("group_id", "row_key").alias("together")
    placed = rows.with_columns(alone).sort(shelf, nulls_last=True).with_row_index("position")
    ordered = placed.with_columns(first=pl.col("position").min().over("together")).sort("first", "position")
    changes = (pl.col("together") != pl.col("together").shift()).fill_null(False).cast(pl.Int32).cum_sum() % 2
    banded = changes if rows["group_id"].null_count() < rows.height else pl.lit(0)
    return ordered.with_columns(band=banded.cast(pl.Int32)).drop("position", "first")


def split_rows(rows: pl.DataFrame, most: int) -> list[pl.DataFrame]:
    """Rows in parts of at most so many, in order: cut between locations, within one that is larger, and a group only when it must be."""
    parts: list[pl.DataFrame] = []
    for place in _runs(rows):
        if parts and parts[-1].height + place.height <= most:
            parts[-1] = pl.concat([parts[-1], place])
        else:
            parts += _cut(place, most)
    return parts


def _runs(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """The rows of each location; a group is where its first row is."""
    places = rows.with_columns(pl.struct(_PLACE).first().over("together").alias("at"))
    ends = places.select((pl.col("at") != pl.col("at").shift()).fill_null(True).cum_sum().alias("run"))
    return [part.drop("run") for part in rows.hstack(ends).partition_by("run", maintain_order=True)]


def _cut(rows: pl.DataFrame, most: int) -> list[pl.DataFrame]:
    """Rows of one location in parts; a group is cut only when it is larger than a part."""
    sizes = rows.group_by("together", maintain_order=True).len()["len"].to_list()
    parts, start, length = [], 0, 0
    for size in sizes:
        if length and length + size > most:
            parts.append((start, length))
            start, length = start + length, 0
        length += size
        while length > most:
            parts.append((start, most))
            start, length = start + most, length - most
    parts.append((start, length))
    return [rows.slice(*part) for part in parts if part[1]]


def tab_names(title: str, parts: list[pl.DataFrame]) -> list[str]:
    """A name for each sheet of a problem that says which locations stand on it, no two the same."""
    labels = [_label(part) for part in parts]
    folded = [label.casefold() for label in labels]
    numbers = [None if folded.count(label) == 1 else folded[:at].count(label) + 1 for at, label in enumerate(folded)]
    return [tab_name(title, label, number) for label, number in zip(labels, numbers, strict=True)]


def _label(part: pl.DataFrame) -> str:
    places = part["location"].fill_null("no location").unique(maintain_order=True).to_list()
    library = part["library"].fill_null("no library").unique(maintain_order=True).to_list()
    if len(places) == 1:
        return places[0][:16].rstrip()
    ends = (library[0], library[-1]) if len(library) > 1 else (places[0], places[-1])
    return f"{ends[0][:8]} to {ends[1][:8]}"


def tab_name(title: str, label: str = "", number: int | None = None) -> str:
    """A name that Excel takes for a sheet: at most 31 characters, none of []:*?/\\; the label and a number are kept whole.

    >>> tab_name("Old holding - confirm", "stacks", 2)
    'Old holding - confirm stacks 2'
    """
    suffix = _safe(f" {label}" if label else "") + ("" if number is None else f" {number}")
    return (_safe(title).strip("' ")[: _TAB_LENGTH - len(suffix)].rstrip() + suffix).strip("' ")


def _safe(text: str) -> str:
    return "".join("-" if sign in "[]:*?/\\" or ord(sign) < 32 else sign for sign in text)
