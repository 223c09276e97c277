"""No regular expression takes more than its share on hostile text (benchmarks/slow_patterns.py)."""

import re

import pytest

from datasync_lib.oclc.filenames import read_file_name


def test_no_pattern_of_the_package_is_slow(slow_patterns):
    assert list(slow_patterns.slow_patterns()) == []


@pytest.mark.parametrize(
    ("pattern", "way"),
    [
        (r"\s*(?:ISBN)?\s*([0-9]+)", "match"),
        (r"\s*(?:<!--.*?-->\s*)*<html", "match"),
        (r"\x1a+$", "search"),
    ],
)
def test_slow_ones_are_found(slow_patterns, pattern, way):
    assert next(slow_patterns.slow_uses(re.compile(pattern, re.DOTALL), {way}), None)


def test_a_name_that_no_file_system_takes_is_no_name_of_oclc():
    assert read_file_name("a__" * 100_000 + ".txt").family == "unknown"
