"""On damaged files, no fewer records come out than from the best of the peers, with the right 001 and 245."""

import importlib.util
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "damaged"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data (../shared/data) is not here")


@pytest.fixture(scope="module")
def peers(damaged):
    names = ["pymarc"]
    if shutil.which("yaz-marcdump"):
        names.append("yaz")
    if importlib.util.find_spec("mrrc"):
        names.append("mrrc")
    return names


def test_all_that_is_right_comes_out_and_no_peer_gives_more(damaged, peers):
    rows = damaged.table(["ours", *peers])
    assert len(rows) == 149
    assert sum(row["right"] for row in rows) > 1300
    short = [row for row in rows if row["ours"] < row["right"]]
    assert short == []
    behind = [row for row in rows if row["ours"] < max(row[name] for name in peers)]
    assert behind == []
