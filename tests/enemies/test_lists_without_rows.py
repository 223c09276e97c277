"""A list of the target that has no rows says nothing of what it holds today (practice.md 6.2, `not_on_target_list`)."""

import pytest
from small_library import KEP2, At, Kind, worldcat
from test_enemies import AFTER, LIST, library, lists_of, loaded, not_as_it_must


def make(at: At) -> Kind:
    return Kind(
        {1: "delete covered", 2: "delete covered", ("KEPT", 21): "delete owned_elsewhere"},
        records=at.has(21, at="ART"),
        files=at.report("20250907", at.took(21), as_=("KEP2", KEP2)),
    )


@pytest.mark.parametrize(
    ("day", "text", "is_later"),
    [
        ("20251002", "OCLC Number,Title\n", True),
        ("20251002", "\n", True),
        ("20251002", "OCLC Number,Title\nn/a,Reeds\n", True),
        ("20250902", "OCLC Number,Title\n", False),
    ],
    ids=["header", "blank line", "no number", "before the answers"],
)
def test_what_was_confirmed_waits(tmp_path, day, text, is_later):
    files, must, at = library(make)
    with_rows = {
        LIST.format("NEWA", "20250925", "mrc"): b"".join(worldcat(at.ocn(i)) for i in (1, 2)),
        LIST.format("KEP2", AFTER, "mrc"): worldcat(at.ocn(21), title=at.title(21)),
    }
    without = {LIST.format(symbol, day, "csv"): text.encode() for symbol in ("NEWA", "KEP2")}
    if is_later:
        must |= {key: "hold not_on_target_list" for key in must if key[0] == "OLDA"} | {("KEPT", at.ocn(21)): "held"}
    assert not_as_it_must(loaded(tmp_path, files | lists_of(must) | with_rows | without), must) == {}
