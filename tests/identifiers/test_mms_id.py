"""IDs as Alma gives them, and as spreadsheets and float columns leave them."""

import random

import polars as pl
import pytest
from polars.testing import assert_series_equal

from datasync_lib.identifiers import mms_id


def check(text, suffix="3941", **options):
    return pl.select(mms_id.check_mms_id(pl.lit(text, dtype=pl.String), suffix, **options)).item()


def repair(text, suffix="3941"):
    return pl.select(mms_id.repair_mms_id(pl.lit(text, dtype=pl.String), suffix)).item()


@pytest.mark.parametrize(
    ("text", "suffix", "verdict"),
    [
        ("990011023280203941", "3941", "ok"),
        ("99156101146203941", "3941", "ok"),
        (" 9955256153506421 ", "6421", "ok"),
        ("99103941", "3941", "ok"),
        ("9999999999999993941", "3941", "ok"),
        ("991000000010106001", "", "ok"),
        ("990011023280203941", "6421", "wrong_suffix"),
        ("2212345678903941", "3941", "wrong_kind"),
        ("7712345678903941", "3941", "wrong_kind"),
        ("990011023280203000", "3941", "mangled"),
        ("990011023280203904", "3941", "mangled"),
        ("99156101146203900", "3941", "mangled"),
        ("9955256153506420", "6421", "mangled"),
        ("99156101146203936.0", "3941", "mangled"),
        ("9.915610114620394e+16", "3941", "mangled"),
        ("990011023280203000", "", "mangled"),
        ("9.90011E+17", "3941", "exponent"),
        ("9,90011E+17", "3941", "exponent"),
        ("9.91561E+16", "", "exponent"),
        ("(OCoLC)12345", "3941", "malformed"),
        ("99x", "3941", "malformed"),
        ("99123", "3941", "malformed"),
        ("99999999999999993941", "3941", "malformed"),
        ("", "3941", "empty"),
        (None, "3941", "empty"),
    ],
)
def test_verdict_of_an_id(text, suffix, verdict):
    assert check(text, suffix) == verdict
    assert verdict in mms_id.VERDICTS


def test_the_wanted_kind_is_the_callers_business():
    assert check("2212345678903941", kind="holding") == "ok"
    assert check("2112345678903941", kind="holding") == "wrong_kind"
    assert check("2312345678903941", kind="item") == "ok"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("99156101146203941", "bib"), ("2212345678903941", "holding"), ("2112345678903941", "publishing"), ("77", None)],
)
def test_kind_by_prefix(text, kind):
    assert pl.select(mms_id.kind_of(pl.lit(text))).item() == kind


@pytest.mark.parametrize(
    ("text", "suffix", "repaired"),
    [
        ("990011023280203000", "3941", "990011023280203941"),
        ("990011023280203904", "3941", "990011023280203941"),
        ("99156101146203900", "3941", "99156101146203941"),
        ("99156101146203936", "3941", "99156101146203941"),
        ("99156101146203940", "3941", "99156101146203941"),
        ("99156101146203936.0", "3941", "99156101146203941"),
        ("9.915610114620394e+16", "3941", "99156101146203941"),
        ("9.90011023280204e+17", "3941", "990011023280203941"),
        ("9955256153506420", "6421", "9955256153506421"),
        ("9.91561E+16", "3941", None),
        ("990011023280203941", "3941", None),
        ("990011023280206421", "3941", None),
        ("99156101146203937", "3941", None),
        ("b10000203", "3941", None),
        ("", "3941", None),
        (None, "3941", None),
        ("990011023280203000", "", None),
    ],
)
def test_repair_gives_back_the_id_or_nothing(text, suffix, repaired):
    assert repair(text, suffix) == repaired


def as_cut(identifier):
    return identifier[:15] + "0" * (len(identifier) - 15)


def as_float(identifier):
    return str(int(float(identifier)))


def as_rounded(identifier):
    return str(int(f"{int(identifier):.14e}".replace(".", "").split("e")[0]) * 10 ** (len(identifier) - 15))


def as_printed_float(identifier):
    return repr(float(identifier))


@pytest.mark.parametrize("damage", [as_cut, as_float, as_rounded])
@pytest.mark.parametrize("suffix", ["0041", "0541", "3941"])
def test_every_damage_of_practice_4_4_is_undone(damage, suffix):
    dice = random.Random(suffix)
    widths = [16, 17, 18, 19] * 500
    wanted = ["99" + "".join(dice.choices("0123456789", k=width - 6)) + suffix for width in widths]
    found = pl.Series("id", [damage(identifier) for identifier in wanted])
    changed = pl.Series("id", wanted) != found
    repaired = found.to_frame().select(mms_id.repair_mms_id(pl.col("id"), suffix)).to_series()
    assert set(pl.Series(widths).filter(changed)) == set(widths)
    assert_series_equal(repaired.filter(changed), pl.Series("id", wanted).filter(changed), check_names=False)


@pytest.mark.parametrize("suffix", ["0041", "3941", "6421"])
def test_a_printed_float_is_undone_or_left_alone(suffix):
    dice = random.Random(suffix)
    wanted = ["99" + "".join(dice.choices("0123456789", k=12)) + suffix for _ in range(2_000)]
    found = pl.DataFrame({"id": [as_printed_float(identifier) for identifier in wanted], "wanted": wanted})
    repaired = found.with_columns(repaired=mms_id.repair_mms_id(pl.col("id"), suffix)).drop_nulls("repaired")
    assert repaired.height > 500
    assert repaired.filter(pl.col("repaired") != pl.col("wanted")).is_empty()


def test_a_rounded_id_that_looks_like_a_cut_one_may_come_back_one_off():
    assert repair(as_cut("9912345678901236421"), "6421") == "9912345678901236421"
    assert repair(as_rounded("9912345678901236421"), "6421") == "9912345678901246421"
