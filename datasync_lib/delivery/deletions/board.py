"""The board: where each symbol stands on its way to being emptied, one row a symbol; what has no input is null, not zero."""

from datetime import date

import polars as pl

from ...problems import PROBLEMS
from .checks_of_inputs import ILL_FREEZE
from .gate import judged
from .state import Asked, State
from .versions import last_version

_CLASSES = PROBLEMS["old_holding"].classes
_ANSWERS = ("delete", "keep", "hold", "review")
_MOST_BLOCKERS = 3
NO_INPUT = "no input"

_SCHEMA = {
    **dict.fromkeys(["symbol", "name", "mode", "deleted_by"], pl.String),
    "list_of": pl.Date,
    **dict.fromkeys(["held", *_ANSWERS], pl.Int64),
    "blockers": pl.String,
    **dict.fromkeys(["milestones", "milestones_done", "milestones_overdue"], pl.Int64),
    **dict.fromkeys(["next_milestone", "ill_freeze"], pl.String),
    **dict.fromkeys(["checks_passed", "checks_signed", "checks_failed", "checks_no_input"], pl.Int64),
    **dict.fromkeys(["open_ill", "ill_in_candidates", "not_requestable", "deleted_but_owned", "people", "people_since"], pl.Int64),
    "package": pl.String,
}  # fmt: skip


def board(project: Asked, *, today: date | None = None) -> pl.DataFrame:
    """Where does each symbol stand?

    Args:
        project: the project.
        today: the day on which it is judged; None is today.

    Returns:
        symbol, name; mode (retired, kept, or moved: kept, and the location map moves some of it to another symbol), deleted_by;
        list_of (the day of the newest list); held, delete, keep, hold, review: numbers of the balance sheet; blockers: the
        classes that hold most back; milestones, milestones_done, milestones_overdue, next_milestone, ill_freeze (done, planned
        or overdue, with its day); checks_passed, checks_signed (they fail, and a person has signed), checks_failed,
        checks_no_input; open_ill (requests), ill_in_candidates; not_requestable: titles that nobody could ask us for if all of
        the symbol went; deleted_but_owned: numbers; people (authorisations under it), people_since (used since the extract);
        package: the last one that was written. Null: there is no input. In the order of the settings.
    """
    day, moved = today or date.today(), _moved(project)
    rows = [_row(State(project, each.symbol, day), moved) for each in project.settings.symbols]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _row(state: State, moved: set[str]) -> dict[str, object]:
    described, symbol = state.described, state.symbol
    last = last_version(state)
    return {
        "symbol": symbol,
        "name": described.name or None,
        "mode": "moved" if described.mode == "kept" and symbol in moved else described.mode,
        "deleted_by": described.deleted_by,
        "list_of": state.list_day,
        **_numbers(state),
        **_milestones(state),
        **_checks(judged(state)),
        **_requests(state),
        **_owned(state),
        **_people(state),
        "package": last["folder"] if last else None,
    }


def _moved(project: Asked) -> set[str]:
    """Symbols from which the location map moves holdings to others."""
    away = pl.col("outgoing_symbol") != pl.col("target_symbol")
    return set(project.table("location_map").filter(away).select("outgoing_symbol").collect()["outgoing_symbol"])


def _numbers(state: State) -> dict[str, object]:
    """Of the balance sheet, and what holds most back; nothing where no list is loaded."""
    if state.balance.is_empty():
        return {}
    classes = state.balance.filter(pl.col("class") != "total")
    sums = dict(classes.group_by("answer").agg(pl.col("numbers").sum()).iter_rows())
    counts = {answer: sums.get(answer, 0) for answer in _ANSWERS}
    return {"held": sum(sums.values()), **counts, "blockers": _blockers(state)}


def _blockers(state: State) -> str | None:
    of_symbol = state.project.table("blockers").filter((pl.col("symbol") == state.symbol) & (pl.col("decides") > 0))
    most = of_symbol.collect().sort("decides", descending=True, maintain_order=True).head(_MOST_BLOCKERS)
    words = [f"{number:,} {_CLASSES[name].title}" for name, number in most.select("class", "decides").iter_rows()]
    return "; ".join(words) or None


def _milestones(state: State) -> dict[str, object]:
    own = state.project.milestones.filter(pl.col("symbol") == state.symbol)
    if own.is_empty():
        return {}
    is_done = pl.col("actual").is_not_null() & (pl.col("actual") <= state.today)
    open_ = own.filter(~is_done).sort("planned", nulls_last=True)
    following = open_.row(0, named=True) if open_.height else None
    return {
        "milestones": own.height,
        "milestones_done": own.height - open_.height,
        "milestones_overdue": open_.filter(pl.col("planned") < state.today).height,
        "next_milestone": _in_words(following) if following else "all done",
        "ill_freeze": _freeze(own, state.today),
    }


def _in_words(milestone: dict) -> str:
    return f"{milestone['milestone']}, planned {milestone['planned'] or 'for no day'}"


def _freeze(own: pl.DataFrame, today: date) -> str | None:
    freeze = own.filter(pl.col("milestone").str.strip_chars().str.to_lowercase() == ILL_FREEZE)
    if freeze.is_empty():
        return None
    planned, actual = freeze["planned"].max(), freeze["actual"].max()
    if freeze["actual"].null_count() == 0 and actual <= today:
        return f"done {actual}"
    if planned is None:
        return "planned for no day"
    return f"{'overdue since' if planned < today else 'planned'} {planned}"


def _checks(checks: pl.DataFrame) -> dict[str, int]:
    passes, is_open = pl.col("passes").fill_null(False), pl.col("is_open")
    kinds = {
        "checks_passed": passes,
        "checks_signed": ~passes & is_open,
        "checks_failed": ~is_open & pl.col("passes").is_not_null(),
        "checks_no_input": ~is_open & pl.col("passes").is_null(),
    }
    return {name: checks.filter(is_so).height for name, is_so in kinds.items()}


def _requests(state: State) -> dict[str, int]:
    """Open requests of the symbol, or of any; nothing where no list of them is loaded."""
    if state.evidence("ill_requests") is None:
        return {}
    of_symbol = (pl.col("symbol") == state.symbol) | pl.col("symbol").is_null()
    mine = state.project.table("open_ill_requests").filter(of_symbol).collect()
    return {"open_ill": mine.height, "ill_in_candidates": mine["is_candidate"].sum()}


def _owned(state: State) -> dict[str, int]:
    """What we own and nobody holds: of what would go, where a list is loaded, and of what is gone, where an older one is too."""
    found = {}
    if state.list_day and state.described.mode == "retired":
        found["not_requestable"] = _numbers_in(state, "not_requestable")
    older = state.project.table("held_earlier").filter(pl.col("symbol") == state.symbol)
    if older.head(1).collect().height:
        found["deleted_but_owned"] = _numbers_in(state, "deleted_but_owned")
    return found


def _numbers_in(state: State, frame: str) -> int:
    own = state.project.table(frame).filter(pl.col("symbol") == state.symbol)
    return own.select(pl.col("number").n_unique()).collect().item()


def _people(state: State) -> dict[str, int]:
    """Who may catalogue there; nothing where no list names the symbol."""
    listed = state.project.table("authorisations").filter(pl.col("symbol") == state.symbol)
    if listed.head(1).collect().is_empty():
        return {}
    mine = state.project.table("still_authorised").filter(pl.col("symbol") == state.symbol).collect()
    return {"people": mine.height, "people_since": mine.filter("is_used").height}


_LINES = {
    "mode": "Mode",
    "deleted_by": "Deleted by",
    "list_of": "WorldCat's list of",
    "held": "Numbers held",
    "delete": "… answer delete",
    "keep": "… answer keep",
    "hold": "… answer hold",
    "review": "… answer review",
    "blockers": "Most is held back by",
    "milestones_done": "Milestones done",
    "milestones": "… of",
    "milestones_overdue": "… overdue",
    "next_milestone": "Next milestone",
    "ill_freeze": "ILL freeze",
    "checks_passed": "Checks passed",
    "checks_signed": "… signed by a person",
    "checks_failed": "… failed",
    "checks_no_input": "… not known: no input",
    "open_ill": "Open ILL requests",
    "ill_in_candidates": "… that touch candidates",
    "not_requestable": "Owned, and held nowhere if all goes",
    "deleted_but_owned": "Deleted but owned",
    "people": "People who may catalogue there",
    "people_since": "… and did since the extract",
    "package": "Last package",
}
# What is rightly absent is no missing input.
_MAY_BE_ABSENT = {"package": "none yet", "blockers": "nothing"}


def board_in_words(board: pl.DataFrame) -> pl.DataFrame:
    """The board as a person reads it: a line a question, a column a symbol; «no input» where nothing can be said."""
    symbols = board["symbol"].to_list()
    rows = []
    for name, title in _LINES.items():
        values = [_text(name, row) for row in board.iter_rows(named=True)]
        rows.append([title, *values])
    return pl.DataFrame(rows, schema=["question", *symbols], orient="row")


def _text(name: str, row: dict) -> str:
    value = row[name]
    if name == "not_requestable" and row["mode"] != "retired":
        return "stays"
    if name == "ill_freeze" and value is None and row["mode"] != "retired":
        return "stays"
    if name == "blockers" and row["held"] is None:
        return NO_INPUT
    if value is None:
        return _MAY_BE_ABSENT.get(name, NO_INPUT)
    return f"{value:,}" if isinstance(value, int) else str(value)
