"""From an identifier to its page."""

import functools
from dataclasses import replace

import polars as pl

from ..identifiers.ocn import read_ocn
from .known import Known, by_answer, by_bib, by_bib_or_number_held
from .mangled import SHOWN, candidates
from .page import Trace
from .sections import SECTIONS, Tables


def trace(identifier: str, table: Tables) -> Trace:
    """Everything known of an MMS ID, OCN, holding ID, item ID or barcode.

    Args:
        identifier: as staff write it; an OCN in any spelling.
        table: gives a table by name, those of SECTIONS among them.

    Returns:
        The bibs it leads to with their spellings of OCNs, holdings and symbols, what was sent, each run's answer, the
        errors, what WorldCat holds, deletion classes, merges and signed fixes, findings and decisions. Sections without
        rows are left out.
    """
    table = functools.cache(table)
    text = identifier.strip().removeprefix("=").strip("\"'").strip()  # ="…" and '… keep a number whole in Excel
    known, what = _known(text, table)
    if not known.mms_ids and (instead := _of_a_mangled_one(text, known, table)):
        return instead
    frames = pl.collect_all([section.of(known, table) for section in SECTIONS])
    sections = {section.title: frame for section, frame in zip(SECTIONS, frames, strict=True) if frame.height}
    headline = f"{known.text}: {what if sections else 'nothing is known of it in the loaded files'}"
    return Trace(known.text, headline, sections)


def _of_a_mangled_one(text: str, known: Known, table: Tables) -> Trace | None:
    """The page of the one ID that a mangled one can have been, or the list of several; None: it is no mangled ID."""
    found = candidates(text, table)
    if found is None:
        return None
    why = f"{known.text}: it looks as if a spreadsheet or a float column had mangled this ID"
    if found.is_empty():
        return Trace(
            known.text, f"{why}, and no ID of the catalogue can have become it: take it from the source as text", {}
        )
    if found.height == 1:
        page = trace(found["may be"][0], table)
        return replace(
            page, headline=f"{why}; of the catalogue only {page.identifier} can have become it. {page.headline}"
        )
    more = found.height > SHOWN
    how_many = f"more than {SHOWN}, the first stand" if more else f"{found.height}, they stand"
    headline = f"{why}; of the catalogue {how_many} below: ask with one of them, or take the ID from the source as text"
    titles = table("bibs").select("mms_id", "title")
    told = found.head(SHOWN).lazy().join(titles, on="mms_id", how="left", maintain_order="left").collect()
    order = ["may be", "what", "mms_id", "title", "file", "record"]
    return Trace(known.text, headline, {"What it may have been": told.select(order)})


def _known(text: str, table: Tables) -> tuple[Known, str]:
    """What an identifier leads to, and in what capacity it was found."""
    ocn, _ = read_ocn(text, trusted=True)
    mms_ids, what = _bibs_of(text, ocn, table)
    known = Known(text, ocn, mms_ids, [text], [], [], [])
    answers = _of(table("outcome_history"), by_answer(known), "lsn", "job_key", "sent_ocn", "result_ocn")
    known = replace(
        known,
        lsns=[*answers["lsn"].drop_nulls().unique(), text],
        job_keys=answers["job_key"].drop_nulls().unique().to_list(),
        numbers=_numbers(_of(table("number_owners"), by_bib(known), "ocn", "number"), answers, ocn, table),
    )
    findings = _of(table("findings"), by_bib_or_number_held(known), "row_key")
    return replace(known, row_keys=findings["row_key"].to_list()), what


def _of(frame: pl.LazyFrame, rows: pl.Expr, *columns: str) -> pl.DataFrame:
    return frame.filter(rows).select(columns).collect()


def _numbers(owned: pl.DataFrame, answers: pl.DataFrame, ocn: int | None, table: Tables) -> list[int]:
    """Every OCN that the bibs ever had, and the one that was asked for, under every name that WorldCat has for them."""
    named = [owned["ocn"], owned["number"], answers["sent_ocn"], answers["result_ocn"]]
    return _with_other_names(pl.concat([*named, pl.Series([ocn], dtype=pl.Int64)]).drop_nulls().unique(), table)


def _with_other_names(numbers: pl.Series, table: Tables) -> list[int]:
    """Numbers, and all that WorldCat merged with them, over any number of steps."""
    now = _of(table("terminals"), pl.col("old_ocn").is_in(numbers.implode()), "current_ocn")["current_ocn"]
    ends = pl.concat([numbers, now.drop_nulls()]).unique()
    before = _of(table("terminals"), pl.col("current_ocn").is_in(ends.implode()), "old_ocn")["old_ocn"]
    every = pl.concat([ends, before]).unique()
    either = pl.any_horizontal(pl.col("old_ocn", "current_ocn").is_in(every.implode()))
    merges = _of(table("concordance"), either, "old_ocn", "current_ocn")
    return pl.concat([every, merges["old_ocn"], merges["current_ocn"]]).unique().sort().to_list()


def _bibs_of(text: str, ocn: int | None, table: Tables) -> tuple[list[str], str]:
    """The bibs that an identifier leads to, and in what capacity it was found: each bib by the first that finds it."""
    ways = [
        ("an MMS ID", "bibs", pl.col("mms_id") == text),
        ("a holding ID", "holdings", pl.col("holding_id") == text),
        ("a barcode or item ID", "items", pl.any_horizontal(pl.col("barcode", "item_id") == text)),
        ("a local system number", "sent_records", pl.col("lsn") == text),
    ]
    if ocn is not None:
        answered = pl.any_horizontal(pl.col("sent_ocn", "result_ocn") == ocn)
        ways += [
            ("an OCN in the catalogue", "ocns", pl.col("ocn") == ocn),
            ("an OCN in OCLC's answers", "outcome_history", answered),
            ("a staging number of OCLC's, not an OCN", "outcome_history", pl.col("staging_ocn") == ocn),
        ]
    found = [(what, _of(table(name), rows, "mms_id")["mms_id"]) for what, name, rows in ways]
    found = [(what, ids.drop_nulls().unique().sort().to_list()) for what, ids in found]
    told = {i for _, ids in found for i in ids}
    if ocn is not None:
        found.append((_OWNED, sorted(set(_owners_of(ocn, table)) - told)))
    found += [(what, ids) for what, ids in _not_current(text, table) if not told.issuperset(ids)]
    found = [(what, ids) for what, ids in found if ids]
    if found:
        return sorted({i for _, ids in found for i in ids}), "; ".join(f"{what} of {_some(ids)}" for what, ids in found)
    return [], "an OCN that no record of the catalogue has" if ocn is not None else "no record of the catalogue"


def _not_current(text: str, table: Tables) -> list[tuple[str, list[str]]]:
    """The bibs of earlier and of deleted records that have an ID."""
    of = "of an earlier or deleted record"
    ways = [(f"an MMS ID {of}", "all_bibs", "mms_id"), (f"a holding ID {of}", "all_holdings", "holding_id")]
    found = [(what, _of(table(name), pl.col(column) == text, "mms_id")["mms_id"]) for what, name, column in ways]
    return [(what, ids.drop_nulls().unique().sort().to_list()) for what, ids in found]


_OWNED = "an OCN in an earlier extract or under another name"


def _owners_of(ocn: int, table: Tables) -> list[str]:
    """The bibs that ever had a number, under any of its names: they decide its class."""
    names = pl.Series(_with_other_names(pl.Series([ocn], dtype=pl.Int64), table), dtype=pl.Int64).implode()
    return _of(table("number_owners"), pl.col("number").is_in(names), "mms_id")["mms_id"].to_list()


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
