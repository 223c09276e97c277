"""The page of a unit says what its workbook says, needs nothing from elsewhere, and runs nothing that a record has."""

import re
from datetime import date
from html import unescape

import openpyxl
import pytest
from hand_made_library import MUSIC, institution

from datasync_lib.settings import Settings
from datasync_lib.workbooks.writing import write_workbooks

SETTINGS = Settings.model_validate(
    {
        "institution": {"name": "Example & Sons"},
        "links": {"catalogue": "https://id.example.org/alma/{mms_id}/catalog?a=1&b=2"},
        "workbooks": {"deadline": "31 March 2026"},
    }
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    made = write_workbooks(folder, **institution().frames(), settings=SETTINGS, run_date=date(2025, 11, 25))
    return {each.unit: each.path for each in made}


@pytest.fixture(scope="module")
def page(written) -> str:
    return written[MUSIC].with_suffix(".html").read_text("utf-8")


def test_each_workbook_has_a_page_beside_it(written):
    assert all(path.with_suffix(".html").is_file() for path in written.values())


def test_it_counts_what_the_workbook_counts(written, page):
    lines = openpyxl.load_workbook(written[MUSIC], data_only=True)["Summary"].iter_rows(min_row=4, values_only=True)
    expected = {}
    for title, _, rows, *_ in lines:
        if title == "Together":
            break
        if rows:
            expected[re.sub(r" \(\d+ sheets\)$", "", title)] = rows
    shown = re.findall(r"<a href='#sheet\d+'>([^<]+)</a></td><td class='n'>([\d,]+)</td>", page)
    assert {unescape(title): int(rows.replace(",", "")) for title, rows in shown} == expected
    assert f"<b>{sum(expected.values()):,} rows wait for an answer" in page


def test_it_says_for_whom_from_when_until_when_and_where_to_answer(written, page):
    assert "<h1>Music Library (HVD)</h1>" in page
    assert "Example &amp; Sons, 2025-11-25" in page
    assert "Answers are wanted by 31 March 2026." in page
    assert f'<a href="{written[MUSIC].name}">' in page


def test_it_loads_nothing_from_elsewhere(page):
    assert re.findall(r"""(?:src|href)=["']https?://(?!id\.example\.org|search\.worldcat\.org)[^"']*""", page) == []


def test_titles_are_texts_and_ids_are_links(page):
    assert "=HYPERLINK(&amp;quot;http://x&amp;quot;" in page or "=HYPERLINK(&quot;http://x&quot;" in page
    assert "https://id.example.org/alma/990011023280203941/catalog?a=1&amp;b=2" in page


def test_nothing_to_do_is_said(tmp_path):
    frames = institution().frames()
    frames["findings"] = frames["findings"].filter(answer="information").head(1)
    (made,) = write_workbooks(tmp_path, **frames, settings=SETTINGS, run_date=date(2025, 11, 25))
    assert "Nothing asks for an answer now." in made.path.with_suffix(".html").read_text("utf-8")
