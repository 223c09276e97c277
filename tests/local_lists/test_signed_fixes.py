from datetime import date

import pytest

from datasync_lib.errors import SettingsError
from datasync_lib.local_lists.signed_fixes import SIGNED_FIXES, read_signed_fixes

HEADER = "old_ocn,current_ocn,who,date,why\n"


def fixes(tmp_path, text: str):
    path = tmp_path / "signed_fixes.csv"
    path.write_text(text, encoding="utf-8")
    return read_signed_fixes(path)


def test_fixes_become_rows_of_the_concordance(tmp_path):
    found = fixes(
        tmp_path,
        HEADER + "ocm00000012,(OCoLC)34,A. Hollis,2025-09-01,same title page\n"
        '56,34,A. Hollis,02.09.2025,"merged, says OCLC"\n',
    )
    assert found.rows() == [
        (SIGNED_FIXES, 0, 12, 34, "signed fix", date(2025, 9, 1)),
        (SIGNED_FIXES, 1, 56, 34, "signed fix", date(2025, 9, 2)),
    ]


def test_no_file_is_no_fix(tmp_path):
    assert read_signed_fixes(tmp_path / "signed_fixes.csv").is_empty()
    assert fixes(tmp_path, HEADER).is_empty()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("12e,34,A,2025-09-01,x", "line 2, old_ocn: '12e' is no OCN (suffix)"),
        ("12,,A,2025-09-01,x", "line 2, current_ocn: '' is no OCN (empty)"),
        ("12,34,,2025-09-01,x", "line 2, who: is empty"),
        ("12,34,A,,x", "line 2, date: is empty"),
        ("12,34,A,2025-09-01,", "line 2, why: is empty"),
        ("12,34,A,soon,x", "line 2, date: no date in 'soon'"),
        ("12,12,A,2025-09-01,x", "line 2: 12 is fixed to itself"),
        ("12,34,A,2025-09-01,x\nocm12,56,A,2025-09-01,x", "line 3, old_ocn: 12 is there already in line 2"),
    ],
)
def test_what_cannot_be_right_is_named_by_line(tmp_path, line, said):
    with pytest.raises(SettingsError) as error:
        fixes(tmp_path, HEADER + line + "\n")
    assert said in str(error.value)


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(SettingsError, match="the column who is missing"):
        fixes(tmp_path, "old_ocn,current_ocn,date,why\n")
