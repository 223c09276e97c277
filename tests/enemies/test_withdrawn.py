"""A list of withdrawn titles gives up what it says is withdrawn today, under the symbols that it names, and nothing else."""

import pytest
from small_library import At, Kind
from test_enemies import AFTER, LIST, library, loaded

GONE, LEFT = "delete withdrawn", "review not_yet_classed"


@pytest.mark.parametrize(
    ("name", "text", "gone"),
    [
        ("withdrawn.csv", "OCN\n{2}\n{3}\n", (2, 3)),
        ("lists for OCLC/withdrawn.csv", "OCN\n{2}\n{3}\n", (2, 3)),
        # its state is another one, or none that is known
        (
            "withdrawn.csv",
            "OCN,Status\n{2},Withdrawn\n{3},Reinstated\n{4},Pending\n{5},\n{6},not withdrawn\n{7},found\n",
            (2, 5),
        ),
        ("withdrawn.csv", "OCN,Withdrawn\n{2},yes\n{3},no\n{4},?\n{5},X\n{6},2025-01-05\n{7},\n", (2, 5, 6, 7)),
        # it is to be withdrawn on a day that has not come
        ("withdrawn.csv", "OCN,Withdrawn on\n{2},2025-01-05\n{3},2099-01-01\n", (2,)),
        # of a list that names symbols, only what is under one of them
        ("withdrawn.csv", "OCN,Symbol\n{2},OLDA\n{4},LAWS\n{5},OLDA/LAWS\n", (2,)),
        ("withdrawn_OLDA.csv", "OCN,Symbol\n{2},OLDA\n{3},\n{4},LAWS\n", (2, 3)),
        ("withdrawn.csv", "OCN,Symbol\n{2},\n{3},\n", (2, 3)),
    ],
)
def test_what_is_withdrawn(tmp_path, name, text, gone):
    files, _, at = library(lambda _: Kind({1: "delete covered"}))
    numbers = range(1, 8)
    listed = {
        LIST.format("OLDA", AFTER, "txt"): "".join(f"{at.ocn(i)}\n" for i in numbers).encode(),
        name: text.format(*map(at.ocn, range(8))).encode(),
    }
    found = loaded(tmp_path, files | listed)
    assert found["OLDA", at.ocn(1)] == "delete covered"
    assert {i for i in numbers if found["OLDA", at.ocn(i)] == GONE} == set(gone)
    assert {found["OLDA", at.ocn(i)] for i in numbers[1:] if i not in gone} <= {LEFT}


@pytest.mark.parametrize(
    "name",
    [
        "withdrawn and reinstated.csv",
        "withdrawals (draft).csv",
        "withdrawn/pending/2025.csv",
        "lists/not withdrawn.csv",
        "possible withdrawals.csv",
        "weeding/found again.csv",
    ],
)
def test_a_list_whose_name_says_that_it_is_not_settled_gives_up_nothing(tmp_path, name):
    files, _, at = library(lambda _: Kind({1: "delete covered"}))
    rows = f"OCN,Title,Withdrawn on\n{At('one', 1000).ocn(2)},Poems,2025-01-05\n"
    listed = {LIST.format("OLDA", AFTER, "txt"): f"{at.ocn(1)}\n{at.ocn(2)}\n".encode(), name: rows.encode()}
    found = loaded(tmp_path, files | listed)
    assert found["OLDA", at.ocn(1)] == "delete covered"
    assert not found["OLDA", at.ocn(2)].startswith("delete")
