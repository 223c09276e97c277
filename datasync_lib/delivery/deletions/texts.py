"""The texts of a package: what lies in it, and the request to OCLC (practice.md 6.1)."""

import polars as pl

from .before_lists import archived_list
from .gate import Cleared
from .prediction import GOES, MOVES, RESET, STAYS
from .state import WAYS

_READ_ME = """{symbol}: what is to go, as of {today}

{institution}; list of WorldCat's of {list_day}, catalogue of {extract_day}. The symbol is {mode}; by {by}.
{goes:,} of {held:,} numbers held have the answer delete.

sign_off.html, sign_off.xlsx   what leadership signs
prediction.csv                 every number that is held, its class, and what is expected to become of it
keep.csv, hold.csv             what stays, and what waits for a person, with class and reason
before_list.csv                the list as OCLC gave it; decisions/{archived} is the same
checks.csv, balance.csv        what the checks said, and how the list adds up
undo/                          files that set the holdings again; README.txt says what cannot be given back
manifest.json                  every file with its hash (SHA-256)
{own}
Numbers are those by which WorldCat called its records on {today}. Send nothing of this after new merges, answers or lists
were loaded: write it again.
"""
_OWN_LISTS = """delete/                        the same {goes:,} numbers for each way; use ONE of them
  connexion_*.txt              one number a line, at most 2,500: «Batch > Holdings by OCLC Number», delete
  record_manager_*.txt         the same, at most 10,000
{uploads}"""
_UPLOADS = """  *.NSK.csv                    Numeric Search Keys for the Delete WorldCat Holdings collection {collection}
  *.group.NSK.csv              the same for a group, with the symbol
  *.delete.mrc                 the same as MARC
"""
_NO_UPLOADS = """  (no files to upload: the settings have no collection of type delete_holdings for {symbol})
"""
_SCAN = """scan_delete_request.txt        the request to OCLC
{more}"""
_RETIRED_SCAN = """move_first.csv                 what the scan takes and must be on its target first (only where there is any)
"""
_KEPT_SCAN = """reset/                         numbers that must stay and have no stamp since {extract_day}: set them BEFORE the scan
not_swept.csv                  what should go and has a newer stamp: the scan leaves it
"""
_MERGE = """symbol_merge_request.txt       the request to OCLC
merge.csv                      every number, and where its owners go
"""


def read_me(cleared: Cleared, prediction: pl.DataFrame) -> str:
    """What lies in the package."""
    state, by = cleared.state, cleared.state.described.deleted_by
    values = _values(cleared, prediction)
    deletes = [c.id for c in state.settings.collections if c.symbol == state.symbol and c.type == "delete_holdings"]
    uploads = _UPLOADS.format(collection=deletes[0]) if deletes else _NO_UPLOADS.format(**values)
    own = {
        "own_lists": _OWN_LISTS.format(**values, uploads=uploads),
        "oclc_scan_delete": _SCAN.format(
            more=(_RETIRED_SCAN if values["mode"] == "retired" else _KEPT_SCAN).format(**values)
        ),
        "symbol_merge": _MERGE,
    }
    return _READ_ME.format(**values, own=own[by])


def _values(cleared: Cleared, prediction: pl.DataFrame) -> dict[str, object]:
    state = cleared.state
    return {
        "symbol": state.symbol,
        "name": state.described.name or "no name in the settings",
        "institution": state.settings.institution.name,
        "mode": state.described.mode,
        "by": WAYS[state.described.deleted_by],
        "today": state.today,
        "list_day": state.list_day,
        "extract_day": state.extract_day,
        "held": prediction.height,
        "goes": state.going.height,
        "archived": archived_list(state).file,
    }


_SCAN_REQUEST = """Request to OCLC: scan/delete

Symbol          {symbol} ({name})
Institution     {institution}
Type            {type}
Date            {date}
Holdings        {held:,} by the list of {list_day}; {expected:,} are expected to be deleted
Reason          {reason}

Instructions
{instructions}
- Holdings with local holdings records: list them to us; do not delete them.
- Holdings of the knowledge base: leave them to the knowledge base.
- When it is done, send a list of what {symbol} still holds. We expect {remains:,}.

This cannot be undone, and OCLC keeps no copy. It was decided on {today} by ______________________
"""
_WHOLE = "scan/delete only: everything under the symbol"
_BY_DATE = "scan/delete by date, after a reclamation"


def request_of_scan(cleared: Cleared, prediction: pl.DataFrame) -> str:
    """What OCLC is asked to scan and delete."""
    values = _values(cleared, prediction)
    is_retired = values["mode"] == "retired"
    counts = dict(prediction.group_by("expected").len().iter_rows())
    waits = prediction.filter((pl.col("expected") == GOES) & (pl.col("answer") != "delete")).height
    if is_retired:
        instructions = "- Delete all holdings of the symbol; it is not used again."
        instructions += (
            f"\n- Wait until we say that the {waits:,} titles in move_first.csv are on their targets." if waits else ""
        )
    else:
        instructions = f"- Delete holdings whose stamp is earlier than {values['extract_day']}; keep those set since.\n"
        instructions += f"- Wait until our re-set file of {counts.get(RESET, 0):,} numbers is processed."
    return _SCAN_REQUEST.format(
        **values,
        type=_WHOLE if is_retired else _BY_DATE,
        date="(none: the whole symbol)" if is_retired else f"stamps earlier than {values['extract_day']}",
        expected=counts.get(GOES, 0),
        remains=counts.get(STAYS, 0) + counts.get(RESET, 0),
        reason="the symbol is retired; its titles are held by the symbols that took over" if is_retired else "titles that the library no longer has",
        instructions=instructions,
    )  # fmt: skip


_MERGE_REQUEST = """Request to OCLC: merge of a symbol

Symbol          {symbol} ({name})
Institution     {institution}
Into            {into}
Holdings        {moves:,} by the list of {list_day}

Where the owners of the numbers go:
{targets}
Of these, {waits:,} wait for a person (hold.csv): they move with the others, and are to be looked at under the new symbol.
When it is done, send lists of what {symbol} and {into} hold. We expect none under {symbol}.

This cannot be undone. It was decided on {today} by ______________________
"""


def request_of_merge(cleared: Cleared, prediction: pl.DataFrame) -> str:
    """What OCLC is asked to merge, and into which symbol."""
    moves = prediction.filter(pl.col("expected") == MOVES)
    by_target = moves.group_by("targets").len().sort("len", "targets", descending=[True, False])
    lines = [f"  {target or '(no owner)'}: {count:,}" for target, count in by_target.iter_rows()]
    single = [t for t in by_target["targets"] if t and "; " not in t]
    return _MERGE_REQUEST.format(
        **_values(cleared, prediction),
        into=single[0] if len(single) == 1 else "one of: " + ", ".join(single) if single else "(no target is known)",
        moves=moves.height,
        targets="\n".join(lines) + "\n",
        waits=moves.filter(pl.col("answer").is_in(["hold", "review"])).height,
    )
