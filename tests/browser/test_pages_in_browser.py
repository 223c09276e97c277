"""Pages of reports/ as people open them: nothing is wider than the window, tables are sorted and searched, texts are text."""

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from datasync_lib.interactive_tables import escaped, table_of_html, tables_without_network
from datasync_lib.running import run_notebooks

pytest.importorskip("pytest_playwright", reason="pytest-playwright is not installed, so no browser can be led")

# A table is drawn a moment after the click that sorts it.
_DRAWN = 500
_OPEN_ALL = "() => document.querySelectorAll('details').forEach(each => { each.open = true })"
_WIDER = """() => [...document.querySelectorAll('table, img, pre')]
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(each => each.tagName + ': ' + each.innerText.slice(0, 60))"""
# A screen of a laptop: nobody scrolls through more than six of them before a table is opened.
WIDTH, HEIGHT, SCREENS = 1280, 900, 6


@pytest.fixture(scope="module")
def pages(project) -> dict:
    """The pages that have tables of findings, of files, of decisions, and of answers in SQL, by number."""
    return {path.name[:2]: path for path in run_notebooks(project, only=["1", "2", "3", "4", "5", "7", "8"])}


@pytest.fixture(scope="module")
def unit_pages(project) -> list[Path]:
    """The pages beside the workbooks."""
    return [path.with_suffix(".html") for path in project.workbooks()]


@pytest.mark.parametrize("width", [WIDTH, 1920])
def test_no_table_is_wider_than_the_page(page, pages, unit_pages, width):
    page.set_viewport_size({"width": width, "height": HEIGHT})
    wider = {}
    for each in [*pages.values(), *unit_pages]:
        page.goto(each.as_uri())
        page.evaluate(_OPEN_ALL)
        if found := page.evaluate(_WIDER):
            wider[each.name] = found
    assert wider == {}


def test_a_page_is_short_before_a_table_is_opened(page, pages, unit_pages):
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    heights = {}
    for each in [*pages.values(), *unit_pages]:
        page.goto(each.as_uri())
        heights[each.name] = page.evaluate("() => document.documentElement.scrollHeight")
    assert {name: height for name, height in heights.items() if height > SCREENS * HEIGHT} == {}


def _with_hostile_titles(pages: dict, unit_pages: list[Path]) -> list[Path]:
    return [pages["03"], *(path for path in unit_pages if "A title " in path.read_text("utf-8"))]


def test_titles_of_records_are_shown_as_text(page, pages, unit_pages):
    hostile = _with_hostile_titles(pages, unit_pages)
    assert len(hostile) > 1
    for each in hostile:
        page.goto(each.as_uri())
        _is_text(page)


def _is_text(page):
    page.evaluate(_OPEN_ALL)
    cell = page.locator("td", has_text="A title <script>document.title").first
    cell.wait_for()
    assert page.locator("td script, td img").count() == 0
    assert "taken over" not in page.title()


def test_a_table_is_sorted_and_its_ids_are_links(page, pages):
    page.goto(pages["03"].as_uri())
    page.evaluate(_OPEN_ALL)
    table = page.locator("table.dataTable").first
    head = table.locator("thead th", has_text="mms id")
    place = head.evaluate("each => each.cellIndex")

    def ids_after_click() -> list[int]:
        head.locator(".dt-column-order").click()
        page.wait_for_timeout(_DRAWN)
        return [int(text) for text in table.locator(f"tbody tr td:nth-child({place + 1})").all_inner_texts()]

    up = ids_after_click()
    assert len(up) > 1
    assert up == sorted(up)
    down = ids_after_click()
    assert down == sorted(up, reverse=True)
    link = table.locator("tbody tr").first.locator("td").nth(place).locator("a").get_attribute("href")
    assert link == f"https://catalogue.example.org/record/{down[0]}"


def test_a_table_is_searched(page, pages):
    page.goto(pages["02"].as_uri())
    page.evaluate(_OPEN_ALL)
    table = page.locator("table.dataTable").first
    page.locator("input[type=search]").first.fill("Bibs to send that no symbol gets")
    assert [row.locator("td").nth(1).inner_text() for row in table.locator("tbody tr").all()] == [
        "Bibs to send that no symbol gets"
    ]


def test_a_table_is_filtered_by_column(page, pages):
    page.goto(pages["02"].as_uri())
    page.evaluate(_OPEN_ALL)
    table = page.locator("table.dataTable").first
    table.locator("thead th", has_text="state").locator(".dtcc-button").click()
    page.locator(".dtcc-list-buttons .dtcc-button", has_text="missed").first.click()
    page.wait_for_timeout(_DRAWN)
    states = [
        row.locator("td").last.evaluate("each => each.parentElement.innerText")
        for row in table.locator("tbody tr").all()
    ]
    assert states
    assert all("missed" in state for state in states)


TEXTS = {
    "mms_id": ["990000000000000016001", "99100000000106001"],
    "barcode": ["32044012345678", "00123"],
    "call_number": ["32E104", "1.10"],
    "title": ["=cmd|' /C calc'!A1", "A <b>bold</b> title"],
    "ocn": ["1234567890", "7"],
}


def test_what_is_saved_from_a_table_is_what_a_record_has(page, tmp_path):
    body = tables_without_network() + table_of_html(escaped(pl.DataFrame(TEXTS)), file_name="mine")
    path = tmp_path / "page.html"
    path.write_text(f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>', "utf-8")
    page.goto(path.as_uri())
    with page.expect_download() as saved:
        page.get_by_text("Save these rows as Excel").click()
    assert saved.value.suggested_filename == "mine.xlsx"
    saved.value.save_as(tmp_path / "mine.xlsx")
    header, *rows = openpyxl.load_workbook(tmp_path / "mine.xlsx").active.iter_rows()
    assert [cell.value for cell in header] == [name.replace("_", " ") for name in TEXTS]
    assert [tuple(str(cell.value) for cell in row) for row in rows] == list(zip(*TEXTS.values(), strict=True))
    assert {cell.data_type for row in rows for cell in row[:4]} == {"s"}
