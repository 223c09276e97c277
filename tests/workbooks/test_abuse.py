"""Whatever is done to a workbook, each decision comes back on its row or is asked about: none wrong, none lost."""

import random
from datetime import date
from itertools import chain

import abuse
import polars as pl
import pytest
from hand_made_library import MUSIC

from datasync_lib.workbooks.returning import Returned, read_returned
from datasync_lib.workbooks.writing import write_workbooks


@pytest.fixture(scope="module")
def library():
    return abuse.large_institution()


@pytest.fixture(scope="module")
def sent(library, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sent")
    (made,) = write_workbooks(folder, **library.frames(), run_date=date(2025, 11, 25), units=[MUSIC])
    assert sum(made.rows.values()) == 3 * abuse.ROWS
    return made.path


SINGLE = [((edit,), ()) for edit in abuse.BEFORE] + [((), (edit,)) for edit in abuse.AFTER]


def _pairs() -> list[tuple[tuple, tuple]]:
    rng = random.Random(12)
    pairs = [((before,), (after,)) for before in abuse.BEFORE for after in abuse.AFTER]
    pairs += [((), (one, two)) for one in abuse.AFTER for two in abuse.AFTER if one is not two]
    return rng.sample(pairs, 170)


def _name(case: tuple[tuple, tuple]) -> str:
    return "+".join(edit.__name__ for edit in chain(*case))


@pytest.mark.parametrize("case", [((), ()), *SINGLE, *_pairs()], ids=_name)
def test_no_decision_is_lost_or_wrong(library, sent, tmp_path, case):
    try:
        played = abuse.play(sent, sum(map(ord, _name(case))), *case)
    except (ValueError, StopIteration, IndexError):
        pytest.skip("the second edit finds nothing to work on after the first")
    path = tmp_path / "returned.xlsx"
    played.book.save(path)
    returned = read_returned(path, findings=library.findings)
    check(played, returned, library)
    if case == ((), ()):
        assert returned.issues.is_empty()
        assert returned.decisions.height == len(played.meant)


def check(played: abuse.Played, returned: Returned, library) -> None:
    """Each decision is recovered for the record it was meant for, or its token is asked about; nothing else was decided."""
    titles = dict(library.bibs.select("mms_id", "title").iter_rows())
    of_key = {
        key: (titles[mms_id], problem)
        for key, mms_id, problem in library.findings.select("row_key", "mms_id", "problem").iter_rows()
    }
    questions = " ".join(returned.issues.filter(~pl.col("is_taken"))["what"])
    sheets = set(returned.issues.filter(code="no_row_keys")["sheet"].drop_nulls())
    recovered = {}
    for row in returned.decisions.iter_rows(named=True):
        token = (row["note"] or "")[:5]
        title, _, decision = played.meant.get(token, (None, None, None))
        if token in played.meant:
            assert title == of_key[row["row_key"]][0], (
                f"{token} was meant for «{title}», and is on {of_key[row['row_key']]}"
            )
            assert row["decision"] in (decision, None), f"{token} was «{decision}», and is «{row['decision']}»"
            recovered[token] = row
        else:
            assert row["decision"] is None or not played.meant, f"nobody decided {row}"
    for token, (_, sheet, _) in played.meant.items():
        if token in played.taken_back or sheet in sheets:
            continue
        assert token in recovered or token in questions, f"{token} on «{sheet}» is lost"
