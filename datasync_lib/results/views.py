"""Tables that only SQL knows: what is joined for rows that are shown and would be too large to keep, and what says what there is.

A view is worked out when it is asked for, for the rows that the query keeps: a text is looked up for each of these
(a subquery that DuckDB turns into a join with them), and what the query does not name is not looked up at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class View:
    """A table that only SQL knows.

    Attributes:
        says: what it says, in one line.
        meanings: its columns, with what they mean.
        schema: their types.
        needs: the tables and frames that its text names.
        text: a SELECT; empty: `asking` has it as a frame.
    """

    says: str
    meanings: Mapping[str, str]
    schema: pl.Schema
    needs: tuple[str, ...] = ()
    text: str = ""


_NUMBER = "try_cast(json_extract_string(f.parameters, '$.{}') AS BIGINT)"
_RESULT, _CURRENT, _SENT, _EARLIER, _STAGING = map(
    _NUMBER.format, ("result_ocn", "current", "sent_ocn", "earlier_ocn", "staging_ocn")
)
_FINDINGS = f"""
    SELECT f.row_key, f.problem, f.class, f.answer, f.priority, f.unit, f.symbol, f.mms_id, f.holding_id,
        coalesce((SELECT any_value(b.title) FROM bibs b WHERE b.mms_id = f.mms_id),
            nullif(json_extract_string(f.parameters, '$.title'), ''),
            (SELECT any_value(n.title) FROM newest_holdings n WHERE n.symbol = f.symbol AND n.ocn = f.ocn)) AS title,
        coalesce((SELECT any_value(h.call_number) FROM placed_holdings h WHERE h.holding_id = f.holding_id),
            (SELECT arg_min(h.call_number, {{'other': h.unit IS DISTINCT FROM f.unit, 'id': h.holding_id}})
                FROM placed_holdings h WHERE h.mms_id = f.mms_id)) AS call_number,
        coalesce({_SENT}, {_EARLIER}, CASE WHEN {_RESULT} IS NULL THEN f.ocn END) AS old_ocn,
        coalesce({_RESULT}, {_CURRENT}) AS new_ocn, {_STAGING} AS staging_ocn,
        f.file, f.record, f.parameters
    FROM findings f
"""
_TEXT, _INTEGER = pl.String(), pl.Int64()

VIEWS = {
    "findings_with_titles": View(
        "Findings with the title and the call number of the record, and the old and the new number.",
        {
            "row_key": "stable name of the row, as in findings and workbooks",
            "problem": "code of the problem",
            "class": "the finer kind; datasync_lib/problems says what each means",
            "answer": "what we say to it: act, review or hold ask a person for something; information asks nobody",
            "priority": "1 a reader sees it or it blocks a deletion, 2 a holding is missing, 3 tidy",
            "unit": "the unit that leads; null: no unit known",
            "symbol": "target symbol of the leading unit's holdings, or the old symbol of an old holding",
            "mms_id": "the bib",
            "holding_id": "the holding, when the finding is about one",
            "title": "title of the bib, else that of WorldCat's list; null: nobody has it",
            "call_number": "of the holding, else of a holding of the bib, one of the unit first",
            "old_ocn": "the number that was sent, was answered before, or is held",
            "new_ocn": "the number that OCLC answered, or calls current",
            "staging_ocn": "provisional number of the staging area: never a number of WorldCat's",
            "file": "where the finding was seen",
            "record": "position in that file",
            "parameters": "JSON object of what the explanation in words is made from",
        },
        pl.Schema(
            dict.fromkeys(("row_key", "problem", "class", "answer"), _TEXT)
            | {"priority": pl.Int32()}
            | dict.fromkeys(("unit", "symbol", "mms_id", "holding_id", "title", "call_number"), _TEXT)
            | dict.fromkeys(("old_ocn", "new_ocn", "staging_ocn"), _INTEGER)
            | {"file": _TEXT, "record": _INTEGER, "parameters": _TEXT}
        ),
        ("findings", "bibs", "newest_holdings", "placed_holdings"),
        _FINDINGS,
    ),
    "milestones": View(
        "What is planned for each symbol and what is done. Kept by staff in `milestones.csv`.",
        {
            "symbol": "the OCLC symbol",
            "milestone": "what is to be reached",
            "planned": "the day that is planned",
            "actual": "the day on which it was reached; null: not yet",
            "owner": "who sees to it",
        },
        pl.Schema({"symbol": pl.String, "milestone": pl.String, "planned": pl.Date, "actual": pl.Date, "owner": _TEXT}),
    ),
    "data_dictionary": View(
        "What each column of each table and result means.",
        {
            "name": "the table, result or view",
            "kind": "table, result, findings or view",
            "column_name": "the column",
            "type": "text, number, yes/no, date, time, or a list of them",
            "meaning": "what it means; null: nothing says more than its name",
        },
        pl.Schema(dict.fromkeys(("name", "kind", "column_name", "type", "meaning"), pl.String)),
    ),
}
