"""The examples in the module headers are true."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("module", ["ocn", "mms_id", "standard_numbers"])
def test_examples_in_the_documentation(module):
    result = doctest.testmod(importlib.import_module(f"datasync_lib.identifiers.{module}"))
    assert result.attempted > 5
    assert result.failed == 0
