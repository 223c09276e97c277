"""Where OCNs stand and how they are spelt, how two places agree, and which place should rank first.

Sources: duplicates.md E1 (sources and rank); practice.md 2.1a: a place may hold numbers of former institution records
that look like OCNs and differ from the number in a better place.
"""

from collections.abc import Iterable
from itertools import combinations

import polars as pl

from ..identifiers.ocn import spelling
from ..settings import OcnSettings
from .registry import gives

_CENSUS = ["place", "spelling", "verdict"]
_AGREEMENT = ["both", "same", "partly", "different"]
_COUNTS = ["bibs", "bibs_alone", "doubtful", "institution_records", "several", "marked_old"]

# Two places differ by rule, and not by accident, from this share on, and on no fewer bibs than this.
SYSTEMATIC_SHARE = 0.05
SYSTEMATIC_BIBS = 20


def _census_of_all(parts: pl.DataFrame) -> pl.DataFrame:
    counts = [pl.col("readings", "bibs").sum(), pl.col("example", "example_mms_id").first()]
    in_order = parts.sort("example", "example_mms_id", nulls_last=True)
    return in_order.group_by(_CENSUS, maintain_order=True).agg(*counts).sort(_CENSUS, nulls_last=True)


@gives("ocn_census", by="mms_id", together=_census_of_all)
def ocn_census(*, ocns: pl.LazyFrame) -> pl.DataFrame:
    """How are OCNs spelt, where, and could they be read?

    Returns:
        place; spelling: the text with its digits made alike (`identifiers.ocn.spelling`); verdict; readings: how many;
        bibs: on how many bibs; example: the first text, in the order of the alphabet; example_mms_id: its bib; sorted
        by place, spelling, verdict.
    """
    return (
        ocns.select("place", "verdict", "raw", "mms_id", spelling=spelling(pl.col("raw")))
        .sort("raw", "mms_id", nulls_last=True)
        .group_by(_CENSUS, maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("readings"),
            pl.col("mms_id").drop_nulls().n_unique().cast(pl.Int64).alias("bibs"),
            pl.col("raw").first().alias("example"),
            pl.col("mms_id").first().alias("example_mms_id"),
        )
        .collect()
    )


def _comparison_of_all(parts: pl.DataFrame) -> pl.DataFrame:
    counts = parts.group_by("place", "other_place").agg(pl.col(_AGREEMENT).sum())
    return counts.with_columns(share_different=pl.col("different") / pl.col("both")).sort("place", "other_place")


@gives("place_comparison", by="mms_id", together=_comparison_of_all)
def compare_places(*, ocns: pl.LazyFrame) -> pl.DataFrame:
    """Where a bib has an OCN in two places, is it the same number?

    Numbers that were read and set aside as numbers of institution records are compared too: setting them aside is
    what the comparison has to justify.

    Returns:
        place, other_place; both: bibs with a number in both; same: bibs with exactly the same numbers in both;
        partly: bibs with some in common; different: bibs with none in common; share_different: different of both
        (0 to 1); sorted by place, other_place.
    """
    numbers = _numbers(ocns).group_by("mms_id", "place").agg(pl.col("ocn").sort()).collect()
    pairs = combinations(sorted(numbers["place"].unique()), 2)
    return pl.concat([_empty_pairs(), *(_compare(numbers, *pair) for pair in pairs)])


def _counts_of_all(parts: pl.DataFrame) -> pl.DataFrame:
    return (
        parts.group_by("place")
        .agg(pl.col("present_rank").min(), pl.col(_COUNTS).sum())
        .filter(pl.col("bibs") > 0)
        .sort("place")
    )


@gives("place_counts", by={"ocns": "mms_id"}, together=_counts_of_all)
def place_counts(
    *, ocns: pl.LazyFrame, institution_record_ranges: Iterable[tuple[int, int]] | None = None
) -> pl.DataFrame:
    """How many bibs have an OCN in each place, and on how many of them is it doubtful?

    Doubtful is a number in a range of former institution records, one of several in the same place, or one that the same
    bib marks as old.

    Args:
        ocns: readings; only places with the role current are counted.
        institution_record_ranges: first and last number of each range; None: those of the settings' default.

    Returns:
        place; present_rank (as the readings have it); bibs: with a number there; bibs_alone: with a number nowhere else;
        doubtful: bibs whose number there is doubtful; institution_records, several, marked_old: bibs of each kind of doubt;
        sorted by place.
    """
    ranges = OcnSettings().institution_record_ranges if institution_record_ranges is None else institution_record_ranges
    counts = _doubts(ocns, list(ranges)).group_by("place").agg(pl.len().alias("bibs"), pl.col(_COUNTS[1:]).sum())
    present = ocns.group_by("place").agg(pl.col("rank").min().cast(pl.Int64).alias("present_rank"))
    counted = present.join(counts, on="place", how="left").with_columns(pl.col(_COUNTS).cast(pl.Int64).fill_null(0))
    return counted.select("place", "present_rank", *_COUNTS).collect()


@gives("proposed_rank")
def propose_rank(*, place_counts: pl.DataFrame, place_comparison: pl.DataFrame) -> pl.DataFrame:
    """Which place should give a bib its OCN first, and why?

    Where two places differ by rule, the one whose numbers are more often doubtful goes behind the other. When neither is
    worse, nothing tells which is right, and the proposal says so. Otherwise the place that covers more bibs goes first.
    It is a proposal: the rank is set in `[ocn]` of datasync.toml.

    Args:
        place_counts: how many numbers are doubtful in each place.
        place_comparison: how the places agree.

    Returns:
        place; proposed_rank; the other columns of `place_counts`; reason in words; sorted by proposed_rank.
    """
    verdicts = _disagreements(place_comparison, place_counts)
    ranked = (
        place_counts.join(verdicts, on="place", how="left")
        .with_columns(pl.col("losses").fill_null(0))
        .sort("losses", "bibs", "place", descending=[False, True, False])
        .with_row_index("proposed_rank", offset=1)
    )
    covers = pl.format("{} bibs have a number here, {} of them only here", "bibs", "bibs_alone")
    reason = pl.concat_str(covers, "against", separator="; ", ignore_nulls=True)
    return ranked.select("place", pl.col("proposed_rank").cast(pl.Int64), "present_rank", *_COUNTS, reason=reason)


def _numbers(ocns: pl.LazyFrame) -> pl.LazyFrame:
    """mms_id, place, ocn: each number once that stands in a place of the role current, institution records included."""
    readings = ocns.filter(
        (pl.col("role") == "current")
        & pl.col("verdict").is_in(["ok", "institution_record"])
        & pl.col("ocn").is_not_null()
    )
    return readings.filter(pl.col("mms_id").is_not_null()).select("mms_id", "place", "ocn").unique()


def _empty_pairs() -> pl.DataFrame:
    return pl.DataFrame(schema={"place": pl.String, "other_place": pl.String, **dict.fromkeys(_AGREEMENT, pl.Int64)})


def _compare(numbers: pl.DataFrame, place: str, other: str) -> pl.DataFrame:
    """How two places agree; no row where no bib has both."""
    here, there = (numbers.filter(pl.col("place") == p).drop("place") for p in (place, other))
    both = here.join(there, on="mms_id", how="inner", suffix="_there").with_columns(
        same=pl.col("ocn") == pl.col("ocn_there"),
        different=pl.col("ocn").list.set_intersection("ocn_there").list.len() == 0,
    )
    counts = both.select(
        pl.len().cast(pl.Int64).alias("both"),
        pl.col("same").sum().cast(pl.Int64),
        (~pl.col("same") & ~pl.col("different")).sum().cast(pl.Int64).alias("partly"),
        pl.col("different").sum().cast(pl.Int64),
    ).filter(pl.col("both") > 0)
    return counts.select(pl.lit(place).alias("place"), pl.lit(other).alias("other_place"), *_AGREEMENT)


def _doubts(ocns: pl.LazyFrame, ranges: list[tuple[int, int]]) -> pl.LazyFrame:
    """For each bib and place, whether its numbers there are doubtful, by kind of doubt."""
    old = ocns.filter((pl.col("role") == "old") & pl.col("ocn").is_not_null()).select("mms_id", "ocn").unique()
    in_range = pl.any_horizontal(pl.lit(False), *(pl.col("ocn").is_between(low, high) for low, high in ranges))
    return (
        _numbers(ocns)
        .join(old.with_columns(is_old=pl.lit(True)), on=["mms_id", "ocn"], how="left")
        .group_by("mms_id", "place")
        .agg(
            in_range.any().alias("institution_records"),
            (pl.len() > 1).alias("several"),
            pl.col("is_old").fill_null(False).any().alias("marked_old"),
        )
        .with_columns(
            doubtful=pl.any_horizontal("institution_records", "several", "marked_old"),
            bibs_alone=pl.len().over("mms_id") == 1,
        )
    )


def _disagreements(pairs: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """For each place that differs from another by rule: how many times it loses, and what speaks for or against it."""
    share = pl.col("doubtful") / pl.col("bibs")
    shares = counts.select("place", "bibs", "doubtful", "institution_records", share.alias("share"))
    by_rule = pairs.filter((pl.col("share_different") >= SYSTEMATIC_SHARE) & (pl.col("different") >= SYSTEMATIC_BIBS))
    swapped = by_rule.rename({"place": "other_place", "other_place": "place"}).select(by_rule.columns)
    sides = (
        pl.concat([by_rule, swapped])
        .join(shares, on="place", how="inner")
        .join(shares, left_on="other_place", right_on="place", how="inner", suffix="_other")
        .with_columns(loses=pl.col("share") > pl.col("share_other"), draws=pl.col("share") == pl.col("share_other"))
        .sort("place", "other_place")
    )
    differs = pl.format("differs from {} on {} of {} bibs", "other_place", "different", "both")
    doubtful = pl.format(
        "{} of its {} bibs have doubtful numbers here ({} in ranges of institution records), there {} of {}",
        "doubtful", "bibs", "institution_records", "doubtful_other", "bibs_other",
    )  # fmt: skip
    words = (
        pl.when("draws")
        .then(pl.concat_str(differs, pl.lit("nothing tells which is right: look at some"), separator=", "))
        .otherwise(pl.concat_str(differs, doubtful, separator=": "))
    )
    return sides.group_by("place", maintain_order=True).agg(
        pl.col("loses").sum().alias("losses"), words.str.join("; ").alias("against")
    )
