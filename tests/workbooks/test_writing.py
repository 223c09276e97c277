import re
import shutil
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hand_made_library import BIBS, JUDAICA, MUSIC, institution

from datasync_lib.errors import InputError, OutputError
from datasync_lib.problems import PROBLEMS
from datasync_lib.settings import Settings
from datasync_lib.workbooks import decisions as record
from datasync_lib.workbooks.cells import clean, clean_text
from datasync_lib.workbooks.safe_names import safe_name, safe_names
from datasync_lib.workbooks.writing import WrittenWorkbook, was_edited, write_workbooks

DAY = date(2025, 11, 25)
SETTINGS = Settings.model_validate(
    {
        "institution": {"name": "Example University"},
        "links": {"catalogue": "https://id.example.org/alma/{mms_id}/catalog"},
        "workbooks": {"contact": "metadata@example.org", "deadline": "31 March 2026"},
    }
)


def write(folder: Path, **options) -> list[WrittenWorkbook]:
    options = {"settings": SETTINGS, "run_date": DAY} | options
    return write_workbooks(folder, **(institution().frames() | options))


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str | None, WrittenWorkbook]:
    files = pl.DataFrame({"file": ["a.mrc"], "kind": ["catalogue"], "sha256": ["ab" * 32]})
    return {each.unit: each for each in write(tmp_path_factory.mktemp("reports"), files=files)}


@pytest.fixture(scope="module")
def music(written) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written[MUSIC].path)


def column(sheet, header: str) -> list:
    position = [cell.value for cell in sheet[1]].index(header)
    return [row[position] for row in sheet.iter_rows(min_row=2)]


def values(sheet, header: str) -> list:
    return [cell.value for cell in column(sheet, header)]


def test_each_unit_gets_a_workbook_and_what_has_no_unit_one_too(written):
    paths = {each.unit: "/".join(each.path.parts[-3:]) for each in written.values()}
    assert paths == {
        JUDAICA: "HVD/Judaica_ texts_scripts/HVD_Judaica_ texts_scripts_cleanup_20251125.xlsx",
        MUSIC: "HVD/Music Library/HVD_Music Library_cleanup_20251125.xlsx",
        None: "all_symbols/no_unit/all_symbols_no_unit_cleanup_20251125.xlsx",
    }
    assert written[MUSIC].rows == {
        "shared_ocn": 2,
        "suppression_mismatch": 1,
        "rejected": 2,
        "old_holding": 1,
        "missing_ocn": 2,
    }


def test_sheets_and_what_is_hidden(music):
    assert [(sheet.title, sheet.sheet_state) for sheet in music] == [
        ("Read me", "visible"),
        ("Summary", "visible"),
        ("Shared OCN", "visible"),
        ("Suppression mismatch", "visible"),
        ("Rejected", "visible"),
        ("Old holding - confirm", "visible"),
        ("Missing OCN", "visible"),
        ("Lists", "hidden"),
        ("_meta", "veryHidden"),
        ("_rows", "veryHidden"),
    ]


def test_ids_and_titles_stay_the_text_they_are(music, written):
    sheet = music["Shared OCN"]
    assert values(sheet, "MMS ID") == ["990011023290203941", "990011023280203941"]
    assert values(sheet, "Title") == ["+49 Lieder für␟Alle␞", '=HYPERLINK("http://x","Ha")']
    assert values(sheet, "Barcodes") == ["32044012345678", "00123; 3E5"]
    for header in ("MMS ID", "Title", "Call number", "Barcodes", "Group (OCN)", "Row key"):
        assert {(cell.data_type, cell.number_format) for cell in column(sheet, header)} == {("s", "@")}
    judaica = openpyxl.load_workbook(written[JUDAICA].path)["Missing OCN"]
    assert (values(judaica, "Call number"), values(judaica, "Title in own script")) == (["32E104"], ["ספר הזהר"])
    assert column(judaica, "Call number")[0].data_type == "s"


def test_no_cell_of_a_sheet_is_a_formula(music):
    sheets = [sheet for sheet in music if sheet.title != "Summary"]
    assert [
        cell.coordinate for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ] == []


def test_empty_cells_to_fill_in_are_text_too_so_that_a_typed_number_stays_whole(music):
    assert {(cell.value, cell.number_format) for cell in column(music["Shared OCN"], "New OCN")} == {(None, "@")}
    assert {cell.number_format for cell in column(music["Shared OCN"], "Date")} == {"yyyy-mm-dd"}


def test_a_long_text_fits_in_a_cell_and_control_characters_are_seen(music):
    first, second = values(music["Rejected"], "Explanation")
    assert first.endswith("=cmd|'/c calc'!A1 _x005F_x0041_␋\\x7f")
    assert len(second) < 32_767
    assert re.search(r" … \[shortened from 48\d\d\d characters\]$", second)


def test_the_frame_of_a_sheet_for_working_in_it(music):
    sheet = music["Shared OCN"]
    assert sheet.freeze_panes == "E2"
    assert sheet["D1"].value == "Title"
    assert sheet.auto_filter.ref == "A1:AB3"
    assert sheet["AB1"].value == "Row key"
    assert not any(each.merged_cells.ranges for each in music)
    assert sheet["I1"].value == "Decision"
    assert sheet["I2"].fill.fgColor.rgb == "FFFFF8D6"
    assert sheet["A2"].fill.fgColor.rgb == "FFF2F2F2"
    assert [letter for letter, column in sheet.column_dimensions.items() if column.hidden] == ["C", "J"]
    assert (sheet["C1"].value, sheet["J1"].value) == ("Seal 1", "Seal 2")


def test_what_is_printed_is_one_page_wide_with_its_header_repeated(music):
    for sheet in music:
        if sheet.sheet_state == "visible":
            assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth or 1) == ("landscape", 1)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
    sheet = music["Shared OCN"]
    assert (sheet.print_title_rows, sheet.print_area) == ("$1:$1", "'Shared OCN'!$A$1:$M$3")
    assert "Do not merge: look the number up" in sheet.oddHeader.left.text


def choices(book: openpyxl.Workbook, title: str) -> dict[str, list[str]]:
    """The drop-downs of a sheet by header, as the user sees them."""
    sheet, found = book[title], {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            name, cells = rule.formula1.lstrip("=").split("!")
            header = sheet[f"{re.match('[A-Z]+', str(rule.sqref))[0]}1"].value
            found[header] = [row[0].value for row in book[name][cells.replace("$", "")]]
    return found


def test_drop_downs_hold_what_the_catalogue_of_problems_allows(music):
    assert choices(music, "Shared OCN") == {
        "Decision": ["merge", "different: change the OCN", "copies: keep both", "withdraw", "not a problem"],
        "Status": ["Open", "In progress", "Done", "Not a problem", "Need help"],
    }
    assert choices(music, "Old holding - confirm")["Decision"] == ["delete", "still held: keep", "unsure"]


def test_drop_downs_reach_over_all_rows(music):
    ranges = {str(rule.sqref) for rule in music["Shared OCN"].data_validations.dataValidation}
    assert ranges == {"I2:I3", "K2:K3", "L2:L3", "O2:O3"}


def links(sheet, header: str) -> list[tuple]:
    return [(cell.value, cell.hyperlink and cell.hyperlink.target) for cell in column(sheet, header)]


def test_mms_ids_and_numbers_are_links_themselves(music):
    assert links(music["Rejected"], "MMS ID") == [
        ("990011023300203941", "https://id.example.org/alma/990011023300203941/catalog"),
        ("990011023280203941", "https://id.example.org/alma/990011023280203941/catalog"),
    ]
    assert links(music["Rejected"], "OCN") == [(None, None), ("1234567", "https://search.worldcat.org/title/1234567")]
    assert links(music["Shared OCN"], "Group (OCN)") == [("1234567", "https://search.worldcat.org/title/1234567")] * 2
    assert links(music["Old holding - confirm"], "OCN held") == [("42", "https://search.worldcat.org/title/42")]


def test_each_link_leads_where_its_text_says(written):
    for book in (openpyxl.load_workbook(each.path) for each in written.values()):
        for sheet in book:
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
                if cell.hyperlink.target is None:
                    assert cell.hyperlink.location.split("!")[0].strip("'") in book.sheetnames
                else:
                    assert cell.hyperlink.target in (
                        f"https://id.example.org/alma/{cell.value}/catalog",
                        f"https://search.worldcat.org/title/{cell.value}",
                    )


def test_where_no_template_is_set_an_id_is_plain_text(tmp_path):
    (made,) = write(tmp_path, settings=Settings(), units=[MUSIC])
    assert links(openpyxl.load_workbook(made.path)["Rejected"], "MMS ID")[1] == ("990011023280203941", None)


def test_the_summary_counts_with_formulas_that_already_have_their_values(written, music):
    sheet = music["Summary"]
    assert [cell.value for cell in sheet[4]] == [
        "Shared OCN",
        1,
        2,
        "=C4-E4",
        "=COUNTIF('Shared OCN'!$K$2:$K$3,\"Done\")+COUNTIF('Shared OCN'!$K$2:$K$3,\"Not a problem\")",
        "=COUNTIF('Shared OCN'!$K$2:$K$3,\"Need help\")",
        0,
        0,
        0,
    ]
    assert sheet["A4"].hyperlink.location == "'Shared OCN'!A1"
    cached = openpyxl.load_workbook(written[MUSIC].path, data_only=True)["Summary"]
    assert [cell.value for cell in cached[4]] == ["Shared OCN", 1, 2, 2, 0, 0, 0, 0, 0]
    assert [cell.value for cell in cached[4 + len(PROBLEMS)]] == ["Together", None, 8, 8, 0, 0, 0, 0, 0]
    assert [cell.value for cell in cached[9 + len(PROBLEMS)]][:4] == [
        "OCN changed",
        None,
        1,
        "explained by a merge: nothing to do",
    ]


def test_read_me_says_who_when_and_what(music):
    text = "\n".join(str(cell.value) for row in music["Read me"].iter_rows() for cell in row if cell.value)
    for words in (
        f"Cleanup for {MUSIC} (HVD)",
        "Example University is bringing its catalogue",
        "metadata@example.org",
        "31 March 2026",
        "Nothing on these sheets is deleted without your answer",
        "OCN 1234567 stands on 3 bibs.",
        "still held: keep",
        "Need help",
    ):
        assert words in text


def test_a_unit_with_nothing_to_do_is_told_so(tmp_path):
    findings = institution().findings.filter(pl.col("problem") == "ocn_changed")
    (made,) = write(tmp_path, findings=findings)
    book = openpyxl.load_workbook(made.path)
    assert book.sheetnames == ["Read me", "Summary", "Lists", "_meta", "_rows"]
    text = " ".join(str(cell) for row in book["Read me"].values for cell in row if cell)
    assert "Nothing asks you for an answer now" in text


def test_the_hidden_sheet_says_what_the_workbook_was_made_from(music):
    facts = [tuple(cell.value for cell in row if cell.value is not None) for row in music["_meta"].iter_rows()]
    assert ("unit", MUSIC) in facts
    assert ("run_date", "2025-11-25") in facts
    assert ("sheet", "Shared OCN", "shared_ocn", "2") in facts
    assert ("file", "a.mrc", "catalogue", "ab" * 32) in facts


def test_a_sheet_of_locations_is_for_information_and_says_where_they_are_placed(written):
    book = openpyxl.load_workbook(written[None].path)
    headers, row = book["Unmapped location"].values
    assert dict(zip(headers, row, strict=True)) == {
        "Library": "ODD",
        "Location": "X",
        "Holdings": 1,
        "Bibs": 1,
        "Explanation": "No line of location_map.csv says where ODD / X belongs.",
        "What to do": PROBLEMS["unmapped_location"].todo,
        "One of the bibs": "990011023310203941",
        "Its title": "@SUM(A1)",
    }
    assert [row[1] for row in book["_rows"].values if row[1] == "unmapped_location"] == []


def decided(problem: str, **answer) -> pl.DataFrame:
    own = (
        institution().findings.filter((pl.col("problem") == problem) & (pl.col("unit") == MUSIC)).sort("mms_id").head(1)
    )
    lines = own.select("row_key", "problem", "evidence_hash").with_columns(**{k: pl.lit(v) for k, v in answer.items()})
    lines = lines.with_columns(imported_at=pl.lit(datetime(2025, 10, 1, tzinfo=UTC)))
    return pl.concat([record.no_decisions(), lines], how="diagonal_relaxed")


def test_earlier_answers_are_filled_in_and_counted_as_done(tmp_path):
    answer = decided("shared_ocn", decision="merge", status="Done", new_ocn=7, assignee="Anna", decided_on="2025-09-30")
    (made,) = write(tmp_path, decisions=answer, units=[MUSIC])
    sheet = openpyxl.load_workbook(made.path)["Shared OCN"]
    at = values(sheet, "MMS ID").index(BIBS[0][0])
    row = {cell.value: sheet.cell(at + 2, cell.column).value for cell in sheet[1]}
    assert (row["Decision"], row["Status"], row["New OCN"], row["Assignee"]) == ("merge", "Done", "7", "Anna")
    assert row["Date"] == datetime(2025, 9, 30)
    summary = openpyxl.load_workbook(made.path, data_only=True)["Summary"]
    assert [cell.value for cell in summary[4]][:6] == ["Shared OCN", 1, 2, 1, 1, 0]


def test_what_was_called_no_problem_is_not_shown_again_but_counted(tmp_path):
    (made,) = write(tmp_path, decisions=decided("suppression_mismatch", status="Not a problem"), units=[MUSIC])
    book = openpyxl.load_workbook(made.path, data_only=True)
    assert "Suppression mismatch" not in book.sheetnames
    line = next(row for row in book["Summary"].iter_rows(values_only=True) if row[0] == "Suppression mismatch")
    assert line == ("Suppression mismatch", 1, 0, 0, 0, 0, 1, 0, 0)


def test_a_workbook_somebody_worked_in_is_never_overwritten(tmp_path):
    (first,) = write(tmp_path, units=[MUSIC])
    assert not was_edited(first.path)
    (again,) = write(tmp_path, units=[MUSIC])
    assert again.path == first.path
    book = openpyxl.load_workbook(first.path)
    book["Shared OCN"]["H2"] = "merge"
    book.save(first.path)
    edited = first.path.read_bytes()
    (second,) = write(tmp_path, units=[MUSIC])
    assert second.path.name == "HVD_Music Library_cleanup_20251125_r2.xlsx"
    assert first.path.read_bytes() == edited


def test_a_workbook_that_is_held_open_is_named_with_what_to_do(tmp_path, monkeypatch):
    # What Windows does while Excel holds the file open; it cannot be brought about here.
    def held_open(*_):
        raise PermissionError(13, "held open")

    monkeypatch.setattr("pathlib.Path.replace", held_open)
    with pytest.raises(
        OutputError, match=r"HVD_Music Library_cleanup_20251125\.xlsx cannot be written.*close it in Excel"
    ):
        write(tmp_path, units=[MUSIC])
    assert not list(tmp_path.rglob("*.tmp"))


def test_only_the_units_asked_for_are_written_and_their_names_do_not_change(tmp_path, written):
    (made,) = write(tmp_path, units=[None])
    assert made.path.name == written[None].path.name
    with pytest.raises(InputError, match="no findings for unit Nowhere; there are some for: Judaica"):
        write(tmp_path, units=["Nowhere"])


def test_a_unit_alone_has_the_same_workbook_as_among_all(tmp_path, written):
    (made,) = write(tmp_path, units=[JUDAICA])
    among_all = openpyxl.load_workbook(written[JUDAICA].path)
    alone = openpyxl.load_workbook(made.path)
    assert [list(s.values) for s in alone if s.title != "_meta"] == [
        list(s.values) for s in among_all if s.title != "_meta"
    ]


def test_no_findings_no_workbooks(tmp_path):
    library = institution()
    frames = library.frames() | {"findings": library.findings.clear(), "evidence": library.evidence.clear()}
    assert write_workbooks(tmp_path, **frames, run_date=DAY) == []


def test_links_beyond_what_a_sheet_may_have_are_plain_text(tmp_path, monkeypatch):
    monkeypatch.setattr("datasync_lib.workbooks.sheets.LINK_LIMIT", 3)
    (made,) = write(tmp_path, units=[MUSIC])
    sheet = openpyxl.load_workbook(made.path)["Shared OCN"]
    last = column(sheet, "Group (OCN)")[1]
    assert (last.value, last.hyperlink) == ("1234567", None)
    assert column(sheet, "Group (OCN)")[0].hyperlink.target == "https://search.worldcat.org/title/1234567"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Music Library", "Music Library"),
        ("Judaica: texts/scripts", "Judaica_ texts_scripts"),
        ("H*D", "H_D"),
        ("ends with a point. ", "ends with a point"),
        ("con", "con_"),
        ("COM1.old", "COM1_.old"),
        ("...", "_"),
        ("ספריה", "ספריה"),
        ("x" * 200, "x" * 40),
        ("tab\there", "tab_here"),
        ("con .x", "con_.x"),
        ("LPT²", "LPT²_"),
        ("a\u202etxt", "a_txt"),
        ("𝄞" * 40, "𝄞" * 20),
        ("e\u0301", "é"),
    ],
)
def test_names_are_such_as_windows_takes(name, safe):
    assert safe_name(name) == safe


def test_two_units_never_share_a_file():
    names = [
        "A/B",
        "A:B",
        "a_b",
        "other",
        "Straße",
        "STRASSE",
        "e\u0301",
        "é",
        "ﬁn",
        "fin",
        "no_unit",
        None,
        "x" * 41,
        "x" * 42,
    ]
    safe = safe_names(names)
    assert (safe["other"], safe[None]) == ("other", "no_unit")
    assert len({value.casefold() for value in safe.values()}) == len(names)


@pytest.mark.parametrize("sign", ["x", "紅", "𝄞"])
def test_names_stay_short_enough_for_every_system(tmp_path, sign):
    library = institution().frames()
    named = library["findings"].with_columns(
        unit=pl.lit("A very long name of a unit: " + sign * 300), symbol=pl.lit(sign * 90)
    )
    (made,) = write_workbooks(tmp_path, **(library | {"findings": named}), run_date=DAY)
    assert all(len(part) <= 100 and len(part.encode()) <= 200 for part in made.path.relative_to(tmp_path).parts)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a\x1fb\x1ec\x00", "a␟b␞c␀"),
        ("\x98The\x9c", "\\x98The\\x9c"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\ufffe", "\ufffd"),
        ("ספר 紅樓夢 é 𝄞", "ספר 紅樓夢 é 𝄞"),
    ],
)
def test_control_characters_become_visible(text, cell):
    assert clean_text(text) == cell


@pytest.mark.parametrize("sign", ["x", "é", "紅", "𝄞"])
def test_no_text_is_longer_than_a_cell_counts(sign):
    text = pl.DataFrame({"t": [sign * 32_767, sign * 40_000, sign * 100]}).select(clean(pl.col("t"))).to_series()
    assert all(len(each.encode("utf-16-le")) // 2 <= 32_767 for each in text)
    assert text[1].endswith("… [shortened from 40000 characters]")
    assert text[2] == sign * 100


def test_the_result_tells_what_a_caller_prints():
    assert [field.name for field in fields(WrittenWorkbook)] == ["path", "unit", "symbol", "rows", "left_out"]


def test_an_unreadable_file_in_the_way_is_kept(tmp_path):
    (made,) = write(tmp_path, units=[MUSIC])
    made.path.write_bytes(b"not a workbook")
    (second,) = write(tmp_path, units=[MUSIC])
    assert second.path != made.path
    assert made.path.read_bytes() == b"not a workbook"
    shutil.rmtree(tmp_path)
