"""Small records for the tests of this folder."""

from pymarc import Field, Indicators, Record, Subfield

from datasync_lib.marc import record_bytes


def a_record(number: str, title: str, *more: Field) -> Record:
    record = Record(leader="00000nam a2200000 a 4500", force_utf8=True)
    record.add_field(Field("001", data=number))
    record.add_field(Field("008", data="850320n        us                  eng  "))
    record.add_field(*more) if more else None
    record.add_field(Field("245", Indicators("1", "0"), [Subfield("a", title), Subfield("c", "by somebody.")]))
    return record


def ocn(value: str) -> Field:
    return Field("035", Indicators(" ", " "), [Subfield("a", value)])


_MADE = [
    a_record("991", "Ulysses /", ocn("(OCoLC)123"), ocn("(OCoLC)ocm00000456")),
    a_record("992", "Преступление и наказание"),
    a_record(
        "993", "=SUM(A1) & <signs>", Field("AVA", Indicators(" ", " "), [Subfield("8", "22"), Subfield("b", "MAIN")])
    ),
]
BINARY = [record_bytes(record) for record in _MADE]
RECORDS = [Record(data) for data in BINARY]  # with the leaders that belong to them
