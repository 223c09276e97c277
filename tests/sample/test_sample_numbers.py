from datetime import date

import pytest
from stdnum import isbn, issn

from datasync_lib.sample.institution import place
from datasync_lib.sample.numbers import Numbers


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    return Numbers()


def test_no_identifier_is_given_twice(numbers):
    for kind in (numbers.ocn, numbers.mms_id, numbers.holding_id, numbers.item_id, numbers.staging, numbers.isbn):
        given = [kind() for _ in range(50_000)]
        assert len(set(given)) == len(given), kind.__name__


def test_mms_ids_have_16_to_18_digits_and_the_suffix(numbers):
    given = [numbers.mms_id() for _ in range(300)]
    assert {len(mms_id) for mms_id in given} == {16, 17, 18}
    assert all(mms_id.isdigit() and mms_id.startswith("99") and mms_id.endswith("4321") for mms_id in given)


def test_ocns_have_all_usual_widths_and_look_like_no_other_number(numbers):
    given = [numbers.ocn() for _ in range(20_000)]
    assert {len(str(number)) for number in given} == {7, 8, 9, 10}
    assert max(given) < 1_500_000_000 < numbers.staging()
    assert not any(460_000_000 <= number < 470_000_000 or 490_000_000 <= number < 500_000_000 for number in given)
    assert 460_000_000 <= numbers.institution_ocn() < 470_000_000


def test_standard_numbers_have_the_right_check_digit(numbers):
    assert all(isbn.is_valid(numbers.isbn()) for _ in range(2_000))
    assert all(issn.is_valid(numbers.issn()) for _ in range(2_000))


@pytest.mark.parametrize(
    ("library", "location", "unit", "target", "in_scope"),
    [
        ("LAW", "stacks", "Law Library", "MWU", True),
        ("MUSIC", "anything", "Main Library", "MWU", True),
        ("SPEC", "equip", "Special Collections", "MWU", False),
        # moved to another unit and symbol three weeks before the extract
        ("MED", "history", "Special Collections", "MWU", True),
        ("DEPOT", "sci", "Science Libraries", "MWS", True),
    ],
)
def test_place_of_a_location(library, location, unit, target, in_scope):
    line = place(library, location)
    assert (line.unit, line.target, line.in_scope) == (unit, target, in_scope)
    assert not line.valid_from or date.fromisoformat(line.valid_from) < date(2025, 7, 20)


@pytest.mark.parametrize(
    ("library", "location"), [("MAIN", "newwing"), ("HERB", "sheets"), (None, None), (None, "stacks")]
)
def test_place_of_an_unmapped_location(library, location):
    assert place(library, location) is None
