"""A library of which every check of a deletion passes."""

from datetime import date

import pytest
from deletion_frames import TODAY, Library, judged

from datasync_lib.delivery.deletions.before_lists import archive_list
from datasync_lib.delivery.deletions.samples import add_judgements
from datasync_lib.delivery.deletions.state import State
from datasync_lib.delivery.deletions.symbol_counts import add_symbol_count
from datasync_lib.vocabulary.tables import TABLES


@pytest.fixture(autouse=True)
def lists_of_evidence(monkeypatch):
    """The checks are ready before the tables of these lists are."""
    for name in ("lhrs", "commitments", "ill_requests"):
        monkeypatch.setitem(TABLES, name, TABLES.get(name))


@pytest.fixture
def library(tmp_path) -> Library:
    """Everything passes."""
    made = Library(tmp_path)
    state = State(made, "OLD", TODAY)
    archive_list(state)
    add_symbol_count(state.decisions / "symbol_counts.csv", "OLD", 4, day=date(2025, 9, 16), who="A. Keeper")
    add_judgements(state.decisions, state, judged(state, right=True))
    return made
