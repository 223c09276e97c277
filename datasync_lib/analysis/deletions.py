"""What WorldCat holds under a symbol, as a balance sheet that adds up (practice.md 6.2).

Every number of the newest list of a symbol falls into exactly one class: the first that is claimed for it (`claims.py`).
Both sides are compared by what a number is called in WorldCat now; a number without a single end there stands for itself
and is never compared with another one. Nothing here deletes: `delete` is an
answer only where every owner is confirmed with this very number on each symbol that it goes to, for a retired symbol,
where each of those symbols stays and holds it today by its own list, or where nothing of ours has the number and a search for its
standard numbers, its title and its date found nothing. Under a symbol that the settings do not know nothing goes.
"""

from collections.abc import Iterable

import polars as pl

from ..problems import ASKING, PROBLEMS
from ..settings import SymbolSettings
from .findings import Found, as_findings, together
from .outcomes import day_received
from .owners import modes_of
from .registry import finds, gives
from .unread_files import HELD_BACK, with_waits

_CLASSES = PROBLEMS["old_holding"].classes
# The place of each class in the order of the rules: of all that is claimed of a number, the first counts.
CLASS_ORDER = {name: place for place, name in enumerate(_CLASSES)}
# Why a record is kept out, in the words of those that are not sent.
_REASONS = {code: kind.title for code, kind in PROBLEMS["not_sent"].classes.items()}
_NOT_CLAIMED = "not_yet_classed"
_OF_LIST = pl.lit("WorldCat list").alias("what")
_PARAMETERS = ("symbol", "ocn", "mms_id", "reason", "targets", "mode", "because")
_KEY, _WHO = ["symbol", "number"], ["mms_id", "unit", "other_units"]
_HELD_NUMBER = [
    *("symbol", "ocn", "ocn_current", "number", "class", "because", "answer", *_WHO, "mode"),
    *("owners", "owners_in_error", "owners_confirmed", "owners_kept_out", "owners_here"),
    *("reasons", "targets", "rows", "as_of", "file", "record"),
]


def first_claims(claims: pl.LazyFrame) -> pl.LazyFrame:
    """Of all claims on each number the first, in the order of the classes: symbol, number, class, because (its reason)."""
    # One text a claim, the place of its class in front: the least of them is found in one go over all claims.
    letters = {name: chr(ord("A") + place) for name, place in CLASS_ORDER.items()}
    said = pl.col("class").replace_strict(letters, return_dtype=pl.String) + pl.col("reason").fill_null("")
    first = claims.select(*_KEY, said=said).group_by(_KEY).agg(pl.col("said").min())
    of_letter = {letter: name for name, letter in letters.items()}
    class_ = pl.col("said").str.slice(0, 1).replace_strict(of_letter, return_dtype=pl.String)
    return first.select(*_KEY, class_.alias("class"), because=pl.col("said").str.slice(1).replace("", None))


def _decides() -> pl.Expr:
    """The owner that decides the class."""
    return (
        pl.when(pl.col("class") == "in_error")
        .then(pl.coalesce("first_in_error", "first_owner"))
        .when(pl.col("class") == "undecided_place")
        .then(pl.coalesce("first_undecided", "first_owner"))
        .when(pl.col("class") == "excluded_by_policy")
        .then("first_open")
        .otherwise("first_owner")
    )


def with_answers(
    rows: pl.DataFrame, today: pl.LazyFrame, searches: pl.LazyFrame, solved_drifts: pl.LazyFrame
) -> pl.DataFrame:
    """Rows with what we answer to the class of each.

    Args:
        rows: symbol, number, class, mode, targets, as_of, and whatever else.
        today: what the symbols that stay hold today (`held_today`).
        searches: what was searched for in vain, and whether that is sure.
        solved_drifts: numbers once answered, of which the later answer is confirmed.

    Returns:
        The rows of `rows`, and is_held_elsewhere, is_sure, is_solved, answer.
    """
    flags = pl.col("is_held_elsewhere", "is_sure", "is_solved")
    return (
        rows.join(_held_elsewhere(rows, today), on=_KEY, how="left")
        .join(searches.select(*_KEY, "is_sure").collect(), on=_KEY, how="left")
        .join(solved_drifts.select("number", is_solved=pl.lit(True)).collect(), on="number", how="left")
        .with_columns(flags.fill_null(False))
        .with_columns(_answer().alias("answer"))
    )


def _answer() -> pl.Expr:
    """What we answer to a class, of rows with class, mode, is_held_elsewhere, is_sure and is_solved.

    On a symbol that is kept a covered number stays. A number that is owned elsewhere only may go where each of those
    symbols holds it today, by its own list, and is not retired itself; so may what no bib has, where it was searched for in vain and nothing is
    missing to be sure, and under a retired symbol what a later answer replaced that is confirmed. Under a symbol that
    nobody has described nothing goes.
    """
    class_, mode = pl.col("class"), pl.col("mode")
    of_class = class_.replace_strict({name: kind.answer for name, kind in _CLASSES.items()})
    goes = (class_ == "owned_elsewhere") & pl.col("is_held_elsewhere") & (mode != "unknown")
    goes |= (class_ == "not_in_catalogue") & pl.col("is_sure")
    goes |= (class_ == "drifted") & pl.col("is_solved") & (mode == "retired")
    stays = class_.is_in(["covered", "decided_keep", "set_after_extract"]) & (mode != "retired")
    is_nowhere = (class_ == "withdrawn") & (mode == "unknown")
    return (
        pl.when(stays)
        .then(pl.lit("keep"))
        .when(goes)
        .then(pl.lit("delete"))
        .when(is_nowhere)
        .then(pl.lit("review"))
        .otherwise(of_class)
    )


def held_today(
    newest: pl.LazyFrame,
    deleted_numbers: pl.DataFrame,
    lists_without_rows: pl.DataFrame,
    symbols: Iterable[SymbolSettings],
) -> pl.LazyFrame:
    """What the lists say that a symbol holds, and still holds (practice.md 6.2, class 11).

    A symbol that is retired holds nothing for long: what it has goes as well. What was deleted on the day of the list or later,
    or nobody knows when, is no longer there.

    Args:
        newest: the lists.
        deleted_numbers: what was deleted under a symbol, by number, and when last.
        lists_without_rows: symbols of which nobody knows what they hold today.
        symbols: `symbols` of the settings.

    Returns:
        symbol, number, as_of.
    """
    known = newest.select("symbol", "number", "as_of").join(lists_without_rows.lazy(), on="symbol", how="anti")
    stays = known.filter(modes_of(symbols) != "retired")
    gone = deleted_numbers.lazy().select("symbol", "number", _is_gone=pl.lit(True), _gone=day_received())
    is_gone = pl.col("_is_gone").fill_null(False) & (pl.col("_gone") >= pl.col("as_of")).fill_null(True)
    return stays.join(gone, on=_KEY, how="left").filter(~is_gone).select("symbol", "number", "as_of")


def _held_elsewhere(classed: pl.DataFrame, today: pl.LazyFrame) -> pl.DataFrame:
    """The numbers that every symbol to which their owners go holds today: symbol, number, is_held_elsewhere.

    A list that is older than the one that holds the number says nothing of today.
    """
    owned = classed.filter(pl.col("class") == "owned_elsewhere").select("symbol", "number", "targets", "as_of").unique()
    of_these = today.select(targets="symbol", number="number", _of="as_of")
    lists = of_these.join(owned.lazy(), on="number", how="semi").unique().collect()
    each = owned.explode("targets").join(lists, on=["targets", "number"], how="left")
    is_today = (pl.col("_of") >= pl.col("as_of")).fill_null(False)
    by_target = each.group_by("symbol", "number", "targets").agg(is_today.any().alias("_has"))
    return by_target.group_by("symbol", "number").agg(is_held_elsewhere=pl.col("_has").all())


@gives(
    "held_numbers",
    by={
        **{"newest_holdings": "number", "held_owners": "number", "owner_judgements": "number"},
        **{"claims": "number", "searches": "number", "solved_drifts": "number", "unnumbered_rows": "number"},
    },
)
def classify_old_holdings(
    *,
    newest_holdings: pl.LazyFrame,
    held_owners: pl.LazyFrame,
    owner_judgements: pl.LazyFrame,
    claims: pl.LazyFrame,
    searches: pl.LazyFrame,
    solved_drifts: pl.LazyFrame,
    unnumbered_rows: pl.LazyFrame,
    repeated_numbers: pl.DataFrame,
    lists_without_rows: pl.DataFrame,
    unread_files: pl.DataFrame,
    deleted_numbers: pl.DataFrame,
    symbols: Iterable[SymbolSettings] = (),
) -> pl.DataFrame:
    """What should become of each number that WorldCat holds under a symbol?

    Args:
        newest_holdings: what is held, by the newest list of each symbol.
        held_owners: what the owners of each number say together.
        owner_judgements: what each owner says; of the one that decides, the unit.
        claims: everything that is claimed of the numbers.
        searches: what was searched for in vain, and whether that is sure.
        solved_drifts: numbers once answered, of which the later answer is confirmed.
        unnumbered_rows: the rows of the lists that have no number: they are ambiguous, and say nothing of the others.
        repeated_numbers: how many more rows have a number that the list has already.
        lists_without_rows: symbols of which nobody knows what they hold today.
        unread_files: because of which file nothing goes: what would go is list_not_read instead.
        deleted_numbers: what was deleted under a symbol, by number: its list may be from before.
        symbols: `symbols` of the settings; one that is not among them has mode unknown and is treated as kept.

    Returns:
        symbol; ocn (as held); ocn_current (as WorldCat calls it now; null: ambiguous); number (ocn_current, or ocn where it
        is ambiguous); class, because (the reason of the claim that gives it) and answer (see `problems/`; a covered number
        of a kept symbol is kept); mms_id (the owner that decides, the smallest of several), unit and other_units of it; mode;
        owners; owners_in_error, owners_confirmed (the number is, under each symbol that they go to), owners_kept_out (of
        those not confirmed), owners_here (with a holding under the symbol): why the class is what it is; reasons (why they
        are kept out) and targets (where they go), lists; rows (of the list), as_of, file, record (of the first row). One row
        a symbol and ocn, sorted; then the rows of the lists that have no number, each for itself: ocn is null.

    Raises:
        AssertionError: the rows of the numbers do not add up to the lists.
    """
    columns = ["symbol", "ocn", "ocn_current", "number", "as_of", "file", "record"]
    newest = newest_holdings.select(columns).collect()
    today = held_today(newest.lazy(), deleted_numbers, lists_without_rows, symbols)
    again = repeated_numbers.rename({"rows": "again"})
    classed = (
        _once(newest)
        .join(again, on=["symbol", "ocn"], how="left")
        .with_columns(pl.col("again").fill_null(0), mode=modes_of(symbols))
        .join(held_owners.drop("mode").collect(), on=_KEY, how="left")
        .join(first_claims(claims).collect(), on=_KEY, how="left")
        .with_columns(
            pl.col("^owners.*$").fill_null(0),
            pl.col("reasons", "targets").fill_null([]),
            pl.col("class").fill_null(_NOT_CLAIMED),
        )
    )
    classed = (
        _held_back(with_answers(classed, today, searches, solved_drifts), unread_files)
        .with_columns(_decides().alias("mms_id"))
        .join(owner_judgements.select("number", *_WHO).collect(), on=["number", "mms_id"], how="left")
        .select(*_HELD_NUMBER, "again")
        .sort("symbol", "ocn")
    )
    if classed["rows"].sum() != newest.height:
        raise AssertionError(f"{classed['rows'].sum()} rows are classed, but the lists have {newest.height}")
    every_row = classed.with_columns(pl.col("rows") + pl.col("again")).drop("again")
    return pl.concat([every_row, _without_number(unnumbered_rows, symbols).collect()], how="diagonal")


def _once(newest: pl.DataFrame) -> pl.DataFrame:
    """Each number of a list once, in the place of its first row, and how many rows it has; nearly every one has one."""
    key, rows = ["symbol", "ocn"], pl.lit(1, pl.Int64).alias("rows")
    stands_again = newest.select(key).is_duplicated()
    ordered = newest.filter(stands_again).sort(*key, "file", "record")
    several = ordered.group_by(key).agg(pl.len().cast(pl.Int64).alias("rows"), pl.exclude(key).first())
    return pl.concat([newest.filter(~stands_again).with_columns(rows), several.select(*newest.columns, "rows")])


def _held_back(answered: pl.DataFrame, unread_files: pl.DataFrame) -> pl.DataFrame:
    """The rows, those that would go and wait for a file being in the class for that."""
    waits = pl.col("waits_because").is_not_null()
    said = {"class": pl.lit(HELD_BACK), "because": "waits_because", "answer": pl.lit(_CLASSES[HELD_BACK].answer)}
    held = [pl.when(waits).then(words).otherwise(name).alias(name) for name, words in said.items()]
    return with_waits(answered, unread_files).with_columns(held)


def _without_number(unnumbered_rows: pl.LazyFrame, symbols: Iterable[SymbolSettings]) -> pl.LazyFrame:
    """The rows without a number, in the class for them."""
    class_, none = "ambiguous_number", pl.lit([], pl.List(pl.String))
    owners = dict.fromkeys((name for name in _HELD_NUMBER if name.startswith("owners")), pl.lit(0, pl.Int64))
    return unnumbered_rows.drop("raw").with_columns(
        **{"class": pl.lit(class_), "answer": pl.lit(_CLASSES[class_].answer)},
        mode=modes_of(symbols),
        reasons=none,
        targets=none,
        **owners,
    )


_COUNTED = ["rows", "numbers", "current_numbers", "rows_without_number"]


def _sheet(counts: pl.DataFrame) -> pl.DataFrame:
    """The counts of all shares as one sheet, the total as it was counted by itself."""
    summed = counts.group_by("symbol", "class", "answer").agg(pl.col(_COUNTED).sum())
    is_total = pl.col("class") == "total"
    added = summed.filter(~is_total).group_by("symbol").agg(pl.col(_COUNTED).sum()).sort("symbol")
    if not added.equals(summed.filter(is_total).select(added.columns).sort("symbol")):
        raise AssertionError("the classes of a symbol do not add up to its list")
    order = CLASS_ORDER | {"total": len(CLASS_ORDER)}
    return summed.sort(
        "symbol", pl.col("class").replace_strict(order, return_dtype=pl.Int32), "answer", nulls_last=True
    )


@gives("balance_sheet", by={"held_numbers": "number"}, together=_sheet)
def balance_sheet(*, held_numbers: pl.LazyFrame) -> pl.DataFrame:
    """How many of the numbers held under each symbol are in which class, and what do we answer?

    Args:
        held_numbers: every number in its class.

    Returns:
        symbol; class (in the order of the rules, then total); answer (null for the total); rows (of the list), numbers
        (different ones, as held), current_numbers (after merges), rows_without_number (of the rows). The total is counted over the symbol's list by
        itself and must equal the sum of the classes.
    """
    sums = [
        pl.col("rows").sum(),
        pl.col("ocn").count().cast(pl.Int64).alias("numbers"),
        pl.col("number").drop_nulls().n_unique().cast(pl.Int64).alias("current_numbers"),
        pl.col("rows").filter(pl.col("ocn").is_null()).sum().alias("rows_without_number"),
    ]
    by_class = held_numbers.group_by("symbol", "class", "answer").agg(sums)
    total = held_numbers.group_by("symbol").agg(sums).with_columns(
        pl.lit("total").alias("class"), pl.lit(None, dtype=pl.String).alias("answer")
    )  # fmt: skip
    columns = ["symbol", "class", "answer", *_COUNTED]
    return pl.concat([by_class.select(columns), total.select(columns)]).collect()


@finds(
    "old_holding",
    by=dict.fromkeys(["held_numbers", "newest_holdings", "number_owners", "unnumbered_rows"], "number"),
)
def find_old_holdings(
    *,
    held_numbers: pl.LazyFrame,
    newest_holdings: pl.LazyFrame,
    number_owners: pl.LazyFrame,
    unnumbered_rows: pl.LazyFrame,
) -> Found:
    """Which numbers that WorldCat holds under a symbol should a person look at?

    Args:
        held_numbers: every number in its class; those whose answer asks nobody (delete, keep) are no findings.
        newest_holdings: the lists.
        number_owners: through what the bibs own the numbers.
        unnumbered_rows: what stands in the rows of the lists that have no number.

    Returns:
        Findings `old_holding`, one for each symbol and number as held, or text in its place; `answer` is that of the held number, for it
        depends on whether the symbol is kept. Evidence: the rows of the list, and through what the bibs own the number.
    """
    # Of what asks nobody for anything there are no findings: it is counted on the balance sheet.
    asking = held_numbers.filter(pl.col("answer").is_in(ASKING)).collect()
    reasons = pl.col("reasons").list.eval(pl.element().replace(_REASONS).str.replace_all("_", " ")).list.join(", ")
    rows = asking.with_columns(reason=reasons, targets=pl.col("targets").list.join(", "))
    of_number = pl.col("ocn").is_not_null()
    wanted = asking.lazy().filter(of_number).select("symbol", "ocn", "number")
    lists = newest_holdings.join(wanted, on=["symbol", "ocn"], how="semi").select(
        "symbol",
        "ocn",
        _OF_LIST,
        pl.coalesce("title", pl.col("ocn").cast(pl.String)).alias("value"),
        "file",
        "record",
    )
    owned = (
        wanted.rename({"ocn": "held"})
        .join(number_owners, on="number", how="inner")
        .select(
            "symbol",
            pl.col("held").alias("ocn"),
            pl.col("through").alias("what"),
            pl.format("{} of {}", "ocn", "mms_id").alias("value"),
            "file",
            "record",
        )
    )
    numbers = as_findings(
        "old_holding",
        rows.filter(of_number),
        identity=["symbol", "ocn"],
        parameters=_PARAMETERS,
        evidence=pl.concat([lists, owned]).collect(),
    )
    return together([numbers, _without_a_number(rows.filter(~of_number), unnumbered_rows)])


def _without_a_number(rows: pl.DataFrame, unnumbered_rows: pl.LazyFrame) -> Found:
    """Findings of what stands in a list in place of a number, each text once: a new list has it in another row."""
    key, place = ["symbol", "ocn", "raw"], ["file", "record"]
    texts = unnumbered_rows.select("symbol", "raw", *place).collect()
    each = rows.join(texts, on=["symbol", *place], nulls_equal=True, how="left").sort(*key, *place, nulls_last=True)
    told = each.select(*key, _OF_LIST, pl.coalesce("raw", "because").alias("value"), *place)
    raw, because = pl.col("raw"), pl.col("because")
    quoted = pl.format("«{}»", raw)
    says_both = because.str.contains(quoted, literal=True)
    text = pl.coalesce(pl.when(says_both).then(quoted), pl.format("{} ({})", quoted, because), quoted, because)
    first = each.unique(key, keep="first", maintain_order=True).with_columns(text=text)
    return as_findings("old_holding", first, identity=key, parameters=(*_PARAMETERS, "text"), evidence=told)
