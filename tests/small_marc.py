"""The smallest records and settings of a catalogue, for tests that ask what becomes of a record."""

from collections.abc import Mapping
from pathlib import Path

from pymarc import Field, Record, Subfield

from datasync_lib.marc import record_bytes


def bib(mms_id: str | None, title: str = "Rivers", status: str = "n") -> bytes:
    """A bib with a title; None: without 001."""
    record = Record()
    record.leader[5] = status
    if mms_id:
        record.add_field(Field(tag="001", data=mms_id))
    record.add_field(Field(tag="245", indicators=["1", "0"], subfields=[Subfield("a", title)]))
    return record_bytes(record)


def name_extracts(settings: Path, kinds: Mapping[str, str]) -> None:
    """Add an [[extracts]] entry for each pattern, full or increment, to a file of settings."""
    entries = "".join(f'\n[[extracts]]\nfiles = "{files}"\nkind = "{kind}"\n' for files, kind in kinds.items())
    settings.write_text(settings.read_text("utf-8") + entries, "utf-8")
