"""What lies beside every deletion: the files that set its holdings again, and what they cannot give back (practice.md 6.3)."""

from functools import partial

import polars as pl

from ...oclc.filenames import upload_name
from .gate import Cleared
from .number_files import CONNEXION, parts, write_nsk, write_plain
from .packages import Files, write_text
from .prediction import leaves

_LOST = """What these files give back, and what they do not

They set the holdings of {symbol} again on the {count:,} numbers that are expected to leave it, class by class, from the list of
{as_of}. A number stands as WorldCat called it on {today}: look for later merges before it is set.

Send the file of a class that was deleted wrongly ({how}),
or give the lists to Connexion («Batch > Holdings by OCLC Number», at most 2,500 numbers a run). Then ask OCLC for a list of the symbol and compare it with before_list.csv.

Nothing gives back:
- local holdings records (LHRs): {lhrs}. They have to be sent again, from the catalogue.
- local bibliographic data (LBDs) under the symbol. OCLC keeps no copy of them.
- the registration of retention commitments: {commitments}. To delete a holding and to set it again does not register it.
"""
_RETIRED = (
    "- the symbol itself, once OCLC has retired it: a symbol is not used again, and nothing can be set under it.\n"
)


def undo_files(cleared: Cleared, prediction: pl.DataFrame) -> Files:
    """The set files of what leaves the symbol, by class, and the text on what cannot be restored; by path in the package."""
    state, left = cleared.state, leaves(prediction)
    bib = next((c for c in state.settings.collections if c.symbol == state.symbol and c.type == "bib"), None)
    files: Files = {}
    for class_ in left["class"].unique().sort():
        numbers = left.filter(pl.col("class") == class_)["number"].drop_nulls().unique().sort()
        label = f"set.{class_}.{state.today:%Y%m%d}.NSK"
        name = upload_name(bib.id, state.symbol, label, "csv") if bib else f"{label}.csv"
        files[f"undo/{name}"] = partial(write_nsk, numbers=numbers)
        for number, part in parts(numbers, CONNEXION):
            files[f"undo/set_{class_}_{number}.txt"] = partial(write_plain, numbers=part)
    files["undo/README.txt"] = partial(write_text, text=_text(cleared, left, how=_how(bib is not None)))
    return files


def _how(has_collection: bool) -> str:
    if has_collection:
        return "to the collection in its name"
    return "to a collection of bibs: the settings have none of the symbol, so put its ID and symbol before the name"


def _text(cleared: Cleared, left: pl.DataFrame, how: str) -> str:
    state = cleared.state
    counts = {name: _named(cleared, name, left) for name in ("lhrs", "commitments")}
    numbers = left["number"].n_unique()
    lost = _LOST + (_RETIRED if state.described.mode == "retired" else "")
    return lost.format(symbol=state.symbol, count=numbers, as_of=state.list_day, today=state.today, how=how, **counts)


def _named(cleared: Cleared, table: str, left: pl.DataFrame) -> str:
    rows = cleared.state.evidence(table)
    if rows is None:
        return "nobody knows how many, for no list of them is loaded"
    return f"{rows.join(left.select('number'), on='number', how='semi')['number'].n_unique():,} by the lists that are loaded"
