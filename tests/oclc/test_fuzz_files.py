"""A short, repeatable run of benchmarks/fuzz_files.py, whose long run tries 20,000 cases of each kind."""

import pytest

from datasync_lib.sample import make_sample


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("institution")
    make_sample(folder, bibs=150, seed=4)
    return folder


@pytest.mark.parametrize("block", range(3))
@pytest.mark.parametrize(
    ("kind", "states"),
    [
        ("lists", {"worldcat_list", "current_numbers"}),
        ("reports", {"BibProcessingReport", "BibExceptionReport", "BibCrossRefReport", "BibUnresolvedCrossRefReport"}),
        ("map", {"told", "read"}),
    ],
)
def test_nothing_is_lost_and_no_number_is_made(fuzz_files, folder, tmp_path, kind, states, block):
    files = fuzz_files.seeds(kind, folder)
    seen = {fuzz_files.CHECKS[kind](number, kind, files, tmp_path) for number in range(block * 60, block * 60 + 60)}
    assert states <= seen


def test_what_a_mutation_makes_would_be_seen(fuzz_files, folder, tmp_path):
    """The check itself: digits that are changed make a number that was not there."""
    files = fuzz_files.seeds("lists", folder)
    seed = next(seed for seed in files if seed.name.endswith("2.comma.csv"))
    first = seed.data.split(b"\n")[1].rpartition(b",")[2]
    known = fuzz_files.known(seed, tmp_path).numbers
    changed = fuzz_files.read(seed, seed.data.replace(first, b"7" + first[1:]), tmp_path).numbers
    assert changed - known == {int(b"7" + first[1:])}
