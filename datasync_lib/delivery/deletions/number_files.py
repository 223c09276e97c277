"""Files of numbers as OCLC takes them: Numeric Search Keys, MARC, and lists for Connexion and Record Manager (oclc_formats.md 9).

Each function takes a path and numbers in order, and writes them whole.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from pymarc import Field, Indicators, Record, Subfield

from ...marc.writing import write_iso2709
from ...settings import Collection

CONNEXION, RECORD_MANAGER = 2_500, 10_000
_PREFIX = "(OCoLC)"
_LEADER = "00000dam a2200000   4500"


def write_nsk(path: Path, numbers: pl.Series, symbol: str | None = None) -> None:
    """Numeric Search Keys: LSN, which stays empty, and OCLC_Number; for a group also the symbol as Identifier."""
    keys = pl.format("{}{}", pl.lit(_PREFIX), pl.lit(numbers))
    columns = [pl.lit(None, pl.String).alias("LSN"), keys.alias("OCLC_Number")]
    group = [pl.lit(symbol).alias("Identifier")] if symbol else []
    pl.select(keys.alias("OCLC_Number")).select(columns[0], "OCLC_Number", *group).write_csv(path)


def write_plain(path: Path, numbers: pl.Series) -> None:
    """One number a line, digits only."""
    numbers.to_frame("number").write_csv(path, include_header=False)


def write_marc(path: Path, numbers: pl.Series, collection: Collection) -> None:
    """Records that say no more than a number, in the place where the collection has it, with a local number of its own.

    The local number is not that of a bib, so that no report on this file is taken for one on the bib.
    """
    write_iso2709(path, _records(numbers, collection))


def _records(numbers: pl.Series, collection: Collection) -> Iterator[Record]:
    for number in numbers:
        record = Record(leader=_LEADER, force_utf8=True)
        places = {collection.lsn_location: f"del{number}", collection.ocn_location: f"{_PREFIX}{number}"}
        for place, value in sorted(places.items()):
            record.add_field(_field(place, value))
        yield record


def _field(place: str, value: str) -> Field:
    tag, _, code = place.partition("$")
    if tag < "010":
        return Field(tag=tag, data=value)
    return Field(tag=tag, indicators=Indicators(" ", " "), subfields=[Subfield(code=code or "a", value=value)])


def parts(numbers: pl.Series, size: int) -> Iterator[tuple[str, pl.Series]]:
    """The numbers in files of a size, with the number of each file: 001, 002."""
    for place, start in enumerate(range(0, numbers.len(), size), start=1):
        yield f"{place:03}", numbers.slice(start, size)
