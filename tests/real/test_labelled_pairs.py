"""The score card on labelled pairs: what docs/decisions/08-comparing-texts.md says, and that it does not get worse."""

from pathlib import Path

import polars as pl
import pytest

from datasync_lib.analysis.similarity import TEXT_COLUMNS, compare_texts
from datasync_lib.marc import read_marc
from datasync_lib.marc.by_tag import Fields
from datasync_lib.settings import Settings
from datasync_lib.tables.bibs import derive_bibs
from datasync_lib.vocabulary.tables import conform, empty

PAIRS = Path(__file__).parents[3] / "shared" / "data" / "labelled_duplicates"
pytestmark = pytest.mark.skipif(not PAIRS.is_dir(), reason="the labelled pairs (../shared/data) are not here")


@pytest.fixture(scope="module")
def compared() -> pl.DataFrame:
    fields = Fields(read_marc(next(PAIRS.glob("*.mrc.gz"))).subfields)
    bibs = conform("bibs", derive_bibs(fields, empty("ocns"), Settings(exclusions=()))).unique("mms_id", keep="first")
    texts = bibs.with_columns(issns=pl.lit(None, dtype=pl.List(pl.String))).select("mms_id", *TEXT_COLUMNS)
    labels = pl.read_csv(next(PAIRS.glob("*.csv")))
    others = texts.rename(lambda name: f"{name}_other")
    pairs = labels.join(texts, left_on="id1", right_on="mms_id").join(others, left_on="id2", right_on="mms_id_other")
    return compare_texts(pairs)


@pytest.mark.parametrize(
    ("hit", "precision", "recall"),
    [
        (pl.col("score") >= 95, 0.976, 0.987),
        (pl.col("score") >= 102, 0.984, 0.975),
        (pl.col("score") >= 108, 0.991, 0.930),
        (pl.col("verdict") == "likely", 0.988, 0.942),
        (pl.col("verdict") != "no", 0.977, 0.980),
    ],
)
def test_the_card_is_as_good_as_the_decision_record_says(compared, hit, precision, recall):
    assert compared.height == 10_208
    hits = compared.filter(hit)
    assert hits["label"].mean() >= precision
    assert hits["label"].sum() / compared["label"].sum() >= recall
