"""Records as WorldCat writes them, for the tests of lists and record files."""

from collections.abc import Callable

import pytest
from pymarc import Field, Indicators, Record, Subfield


@pytest.fixture(scope="session")
def worldcat_record() -> Callable[..., Record]:
    return _worldcat_record


def _worldcat_record(control: str, *, old: tuple[str, ...] = (), own: str | None = None, **leader) -> Record:
    record = Record(leader="00000cam a2200000 i 4500", force_utf8=True)
    record.add_field(Field("001", data=control))
    record.add_field(Field("003", data="OCoLC"))
    record.add_field(_subfields("010", "a", "   67028096 "))
    if old:
        record.add_field(_subfields("019", *(part for number in old for part in ("a", number))))
    record.add_field(_subfields("020", "a", "9780000000002 (paperback)"))
    if own:
        record.add_field(_subfields("035", "a", own, *(p for number in old for p in ("z", f"(OCoLC){number}"))))
    record.add_field(_subfields("100", "a", "Doe, Jane,"))
    record.add_field(_subfields("245", "a", "A title :", "b", "and more /", "c", "Jane Doe."))
    record.add_field(_subfields("264", "a", "Town :", "b", "Press,", "c", "1999."))
    return record


def _subfields(tag: str, *codes_and_values: str) -> Field:
    pairs = zip(codes_and_values[::2], codes_and_values[1::2], strict=True)
    return Field(tag, Indicators(" ", " "), [Subfield(code, value) for code, value in pairs])
