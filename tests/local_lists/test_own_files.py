"""Lists of the analyst: whatever program wrote them, every cell is there as text, and what is odd is told once."""

import warnings

import openpyxl
import polars as pl
import pytest

from datasync_lib.errors import InputError
from datasync_lib.local_lists.own_files import name_of, read_own

ID = "990011023280203941"
MAXIMUM = 2_000_000_000
PLAIN = f"MMS Id,OCLC Number,Shelf,Title\n{ID},(OCoLC)0012,007,Zürich\n,,1-2,\n"


def read(path, **options) -> pl.DataFrame:
    return read_own(path, suffix="3941", maximum=MAXIMUM, **options)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace("\n", "\r\n").encode("utf-16"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode("utf-16-le"),
        b"sep=;\n" + PLAIN.replace(",", ";").encode(),
        PLAIN.replace("Zürich", '"Zürich"').replace("007", "'007").replace("1-2", '"=""1-2"""').encode(),
        b"My list of 2026\n\n" + PLAIN.encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "semicolons", "tabs", "told", "quoted", "title above"],
)
def test_every_cell_is_text_whatever_wrote_it(tmp_path, data):
    (tmp_path / "list.csv").write_bytes(data)
    frame = read(tmp_path / "list.csv")
    assert frame.schema == {"ocn": pl.Int64, **dict.fromkeys(["mms_id", "oclc_number", "shelf", "title"], pl.String)}
    assert frame.rows() == [(12, ID, "(OCoLC)0012", "007", "Zürich"), (None, None, None, "1-2", None)]


def test_a_workbook_and_other_captions(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Bib ID", "OCN", "", "Note", "note"])
    book.active.append([ID, "12x", "a", "b", "c"])
    book.save(tmp_path / "Withdrawn 2026-05.xlsx")
    with pytest.warns(UserWarning, match="1 cells of ocn are no OCN, as «12x»"):
        frame = read(tmp_path / "Withdrawn 2026-05.xlsx")
    assert frame.columns == ["ocn", "mms_id", "bib_id", "ocn_text", "column_3", "note", "note_5"]
    assert frame.rows() == [(None, ID, ID, "12x", "a", "b", "c")]
    assert name_of(tmp_path / "Withdrawn 2026-05.xlsx") == "withdrawn_2026_05"


def test_bare_numbers_have_no_header(tmp_path):
    (tmp_path / "list.txt").write_text("12\n007\n", "utf-8")
    assert read(tmp_path / "list.txt").rows(named=True) == [{"column_1": "12"}, {"column_1": "007"}]


def test_mangled_ids_and_a_lost_encoding_are_one_warning(tmp_path):
    text = f"MMS ID,Title\n9.9001102328E+17,Zürich\n990011023280203000,a\n{ID},b\n"
    (tmp_path / "list.csv").write_bytes(text.encode("cp1252"))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        frame = read(tmp_path / "list.csv")
    assert frame["title"].to_list() == ["Zürich", "a", "b"]
    assert frame["mms_id"].to_list() == ["9.9001102328E+17", "990011023280203000", ID]
    assert [str(each.message) for each in told] == [
        "list.csv: not all of the text is UTF-8: the rest was read as Windows-1252; 2 of 3 numbers in mms_id were mangled "
        "by a spreadsheet, as «9.9001102328E+17», and name nothing any more: export the list again, and open it with that "
        "column as text"
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2,3\n", "1 of its rows cannot be taken apart:\n  line 2: 3 cells where the header has 2"),
        ('a,b\n"1,2\n', "line 2: a quotation mark is open"),
        ("", "holds no row"),
        ("%PDF-1.7 x", "this is "),
    ],
)
def test_what_is_no_whole_table_is_refused_with_its_line(tmp_path, text, says):
    (tmp_path / "list.csv").write_text(text, "utf-8")
    with pytest.raises(InputError, match=says):
        read(tmp_path / "list.csv")


def test_a_file_in_own_is_a_table_of_sql(own_example, tmp_path):
    some = own_example.sql("select mms_id from bibs where mms_id is not null order by 1 limit 2")["mms_id"].to_list()
    folder = own_example.folder / "own"
    folder.mkdir(exist_ok=True)
    (folder / "Withdrawn 2026.csv").write_text("MMS ID;Why\n" + "".join(f"{i};weeded\n" for i in some), "utf-8")
    query = "SELECT count(*), any_value(why) FROM bibs JOIN withdrawn_2026 USING (mms_id)"
    assert own_example.sql(query).rows() == [(2, "weeded")]
    assert own_example.own("Withdrawn 2026.csv")["mms_id"].to_list() == some
    assert "withdrawn_2026" in own_example.sql("show tables")["name"].to_list()
    with pytest.raises(InputError, match=r"there is no file other\.csv: put it into"):
        own_example.own("other.csv")
    (folder / "bibs.csv").write_text("a\nb\n", "utf-8")
    with pytest.raises(InputError, match=r"bibs\.csv: there is a table bibs already: give the file another name"):
        own_example.sql("select 1")
