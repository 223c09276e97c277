"""One symbol from its lists to its files, step by step, as short frames for people: what notebook 05 and the sign-off show."""

import polars as pl

from ...problems import PROBLEMS
from .folder import written
from .prediction import predict
from .samples import looked_at
from .state import State
from .versions import last_version

_CLASSES = PROBLEMS["old_holding"].classes
_LISTS = {
    "lhrs": "LHRs",
    "commitments": "retention commitments",
    "ill_requests": "ILL requests",
    "kb_holdings": "titles of the knowledge base",
    "kept_titles": "titles that stay",
    "excluded_titles": "excluded titles",
    "withdrawn_titles": "withdrawn titles",
    "authorisations": "authorisations",
}
_INPUTS = {"what": pl.String, "day": pl.Date, "rows": pl.Int64, "file": pl.String}


def inputs(state: State) -> pl.DataFrame:
    """What does the deletion of a symbol rest on, and of which day is it?

    Returns:
        what: the catalogue, WorldCat's list from before and after the extract, each list of staff; day; rows (that speak of the
        symbol; null: none is loaded); file (null: several, or none).
    """
    rows = [("catalogue", state.extract_day, state.project.table("bibs").select(pl.len()).collect().item(), None)]
    lists = state.project.table("worldcat_holdings").filter(pl.col("symbol") == state.symbol)
    by_file = lists.group_by("as_of", "file").len().collect().sort("as_of", "file").rows()
    rows += [(_name_of_list(day, state), day, number, file) for day, file, number in by_file]
    rows += [] if by_file else [("WorldCat's list", None, None, None)]
    for table, what in _LISTS.items():
        mine = (pl.col("symbol") == state.symbol) | pl.col("symbol").is_null()
        found = state.project.table(table).filter(mine).group_by("as_of", "file").len().collect().sort("as_of", "file")
        rows += [(what, day, number, file) for day, file, number in found.iter_rows()] or [(what, None, None, None)]
    return pl.DataFrame(rows, schema=_INPUTS, orient="row")


def _name_of_list(day: object, state: State) -> str:
    if day is None or state.extract_day is None:
        return "WorldCat's list"
    return "WorldCat's list, before the extract" if day <= state.extract_day else "WorldCat's list, after the extract"


def blockers_in_words(state: State) -> pl.DataFrame:
    """What holds numbers of the symbol back, and what would change that?

    Returns:
        class (its title); decides, also, alone: numbers (`held_claims.blockers`); what would change it. Most first.
    """
    found = state.project.table("blockers").filter(pl.col("symbol") == state.symbol).collect()
    words = {name: {code: getattr(kind, name) for code, kind in _CLASSES.items()} for name in ("title", "changed_by")}
    of_class = pl.col("class")
    named = found.select(
        of_class.replace_strict(words["title"], return_dtype=pl.String),
        *("decides", "also", "alone"),
        of_class.replace_strict(words["changed_by"], return_dtype=pl.String).alias("what would change it"),
    )
    return named.sort("decides", "also", descending=True, maintain_order=True)


def balance(state: State) -> pl.DataFrame:
    """How the list of the symbol adds up.

    Returns:
        class, title, answer, rows, numbers, current_numbers: those of the balance sheet, the total last.
    """
    titles = {name: kind.title for name, kind in _CLASSES.items()} | {"total": "total"}
    title = pl.col("class").replace_strict(titles, default=pl.col("class"), return_dtype=pl.String)
    rows = state.balance.with_columns(title=title).sort(pl.col("class") == "total", maintain_order=True)
    return rows.select("class", "title", "answer", "rows", "numbers", "current_numbers")


def samples(state: State) -> pl.DataFrame:
    """How much of the sample of each class that goes have people looked at, and how much of it was wrong?

    Returns:
        class (its title), numbers, wanted, looked_at, wrong; low, high: the share of wrong ones lies between them, with 95 % confidence.
    """
    names = ["class", "numbers", "wanted", "looked_at", "wrong", "low", "high"]
    looked = looked_at(state)
    rows = [(_CLASSES[e.class_].title, e.numbers, e.wanted, e.looked_at, e.wrong, *e.interval) for e in looked]
    types = [pl.String, *[pl.Int64] * 4, *[pl.Float64] * 2]
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def prediction_counts(state: State) -> pl.DataFrame:
    """What will become of the numbers: answer, expected (goes, stays, re-set, moves), numbers; the most first."""
    counted = predict(state).group_by("answer", "expected").agg(pl.len().cast(pl.Int64).alias("numbers"))
    return counted.sort("numbers", "answer", "expected", descending=[True, False, False])


def package_files(state: State) -> pl.DataFrame:
    """The files of the last package of the symbol: file, bytes, sha256; none: no package was written."""
    last = last_version(state)
    folder = state.project.folder / last["folder"] if last else None
    if folder is None or not folder.is_dir():
        return pl.DataFrame(schema={"file": pl.String, "bytes": pl.Int64, "sha256": pl.String})
    return written(folder)


def requests(state: State) -> pl.DataFrame:
    """Which ILL requests are open under the symbol, or under any (`ill.open_ill_requests`)?

    Returns:
        request_id, role, status, as_of, waiting, due; asked: what the row names; number: as WorldCat calls it now; touches
        (what may go: yes or no), alone (nothing else is in the way); file, record. Those that touch first.
    """
    of_symbol = (pl.col("symbol") == state.symbol) | pl.col("symbol").is_null()
    found = state.project.table("open_ill_requests").filter(of_symbol)
    yes = [
        pl.when(flag).then(pl.lit("yes")).otherwise(pl.lit("no")).alias(name)
        for flag, name in (("is_candidate", "touches"), ("is_all", "alone"))
    ]
    asked = pl.coalesce(pl.col("ocn").cast(pl.String), "mms_id").alias("asked")
    return found.select(
        "request_id", "role", "status", "as_of", "waiting", "due", asked, "number", *yes, "file", "record"
    ).collect()


def of_symbol(state: State, frame: str) -> pl.DataFrame:
    """The symbol's rows of a frame."""
    return state.project.table(frame).filter(pl.col("symbol") == state.symbol).collect()
