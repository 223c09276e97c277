"""Records written as text, one field a line, as the frames that the reader gives."""

import polars as pl

from datasync_lib.marc.by_tag import Fields
from datasync_lib.vocabulary.tables import conform

LEADER = "00000nam a2200000 i 4500"
FULL_008 = "250101s2001    nyu           000 0 eng d".ljust(40)


def subfields(*records: str, file: str = "catalogue.mrc") -> pl.DataFrame:
    """Each record as lines `TTT II $acode…`, or `TTT text` for control fields and LDR."""
    rows = [row for number, text in enumerate(records) for row in _record(text, file, number)]
    return conform("subfields", pl.DataFrame(rows, orient="row"))


def fields(*records: str) -> Fields:
    """The same, as the tables are derived from it."""
    return Fields(subfields(*records))


def _record(text: str, file: str, number: int) -> list[dict]:
    lines = [line.lstrip() for line in text.splitlines() if line.strip()]
    if not any(line.startswith("LDR") for line in lines):
        lines.insert(0, f"LDR {LEADER}")
    rows = []
    for position, line in enumerate(lines, start=-1):
        tag, rest = line[:3], line[4:]
        base = {"file": file, "record": number, "field": None if tag == "LDR" else position, "tag": tag}
        if "$" not in rest or tag < "010" or tag == "LDR":
            rows.append(base | {"subfield": None, "value": rest.replace("#", " ") if tag != "001" else rest})
            continue
        indicators, *parts = rest.split("$")
        for place, part in enumerate(parts):
            rows.append(
                base
                | {"ind1": indicators[:1] or " ", "ind2": indicators[1:2] or " ", "subfield": place}
                | {"code": part[0], "value": part[1:].strip()}
            )
    return rows


def full_record(mms_id: str, *more: str, without: tuple[str, ...] = ()) -> str:
    """A record that nothing is wrong with, and further lines; tags in `without` are left out."""
    lines = [
        f"001 {mms_id}",
        f"008 {FULL_008}",
        "040    $aXYZ$beng$cXYZ",
        "100 1  $aMelville, Herman",
        "245 10 $aMoby Dick /$cHerman Melville.",
        "264  1 $aNew York :$bHarper,$c2001.",
        "300    $a635 pages",
        "650  0 $aWhaling",
    ]
    return "\n".join([line for line in lines if line[:3] not in without] + list(more))
