"""A short, repeatable run of benchmarks/fuzz_marc.py, whose long run tries 200,000 cases and more."""

import pytest


@pytest.mark.parametrize("block", range(8))
def test_accounting_holds_whatever_the_bytes_are(fuzz, block):
    states = {"loaded": 0, "repaired": 0, "rejected": 0}
    for seed in range(block * 100, block * 100 + 100):
        data, limits = fuzz.case(seed, [])
        for state, count in fuzz.check(data, limits).items():
            states[state] += count
    assert min(states.values()) > 0  # all three ways were taken
