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

# Two places differ by rule, and not by accident, from this share on, and on no fewer bibs than this.
SYSTEMATIC_SHARE = 0.05
SYSTEMATIC_BIBS = 20


@gives("ocn_census")
def ocn_census(*, ocns: pl.DataFrame) -> pl.DataFrame:
    """How are OCNs spelt, where, and could they be read?

    Returns:
        place; spelling: the text with its digits made alike (`identifiers.ocn.spelling`); verdict; readings: how many;
        bibs: on how many bibs; example: the first text, in the order of the alphabet; example_mms_id: its bib; sorted
        by place, spelling, verdict.
    """
    return (
        ocns.with_columns(spelling=spelling(pl.col("raw")))
        .sort("raw", "mms_id", nulls_last=True)
        .group_by(_CENSUS, maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("readings"),
            pl.col("mms_id").drop_nulls().n_unique().cast(pl.Int64).alias("bibs"),
            pl.col("raw").first().alias("example"),
            pl.col("mms_id").first().alias("example_mms_id"),
        )
        .sort(_CENSUS, nulls_last=True)
    )


@gives("place_comparison")
def compare_places(*, ocns: pl.DataFrame) -> pl.DataFrame:
    """Where a bib has an OCN in two places, is it the same number?

    Numbers that were read and set aside as numbers of institution records are compared too: setting them aside is
    what the comparison has to justify.

    Returns:
        place, other_place; both: bibs with a number in both; same: bibs with exactly the same numbers in both;
        partly: bibs with some in common; different: bibs with none in common; share_different: different of both
        (0 to 1); sorted by place, other_place.
    """
    numbers = _numbers(ocns)
    pairs = list(combinations(sorted(numbers["place"].unique()), 2))
    return pl.concat([_empty_pairs(), *(_compare(numbers, *pair) for pair in pairs)]).sort("place", "other_place")


@gives("proposed_rank")
def propose_rank(
    *, ocns: pl.DataFrame, institution_record_ranges: Iterable[tuple[int, int]] | None = None
) -> pl.DataFrame:
    """Which place should give a bib its OCN first, and why?

    Where two places differ by rule, the one whose numbers are more often doubtful goes behind the other. Doubtful is a
    number in a range of former institution records, one of several in the same place, or one that the same bib marks as
    old. When neither is worse, nothing tells which is right, and the proposal says so. Otherwise the place that covers
    more bibs goes first. It is a proposal: the rank is set in `[ocn]` of datasync.toml.

    Args:
        ocns: readings; only places with the role current are ranked.
        institution_record_ranges: first and last number of each range; None: those of the settings' default.

    Returns:
        place; proposed_rank; present_rank (as the readings have it); bibs: with a number there; bibs_alone: with a
        number nowhere else; doubtful: bibs whose number there is doubtful; institution_records, several, marked_old:
        bibs of each kind of doubt; reason in words; sorted by proposed_rank.
    """
    ranges = OcnSettings().institution_record_ranges if institution_record_ranges is None else institution_record_ranges
    numbers = _numbers(ocns)
    counts = _count_places(_doubts(numbers, ocns, list(ranges)), ocns)
    verdicts = _disagreements(compare_places(ocns=ocns), counts)
    ranked = (
        counts.join(verdicts, on="place", how="left")
        .with_columns(pl.col("losses").fill_null(0))
        .sort("losses", "bibs", "place", descending=[False, True, False])
        .with_row_index("proposed_rank", offset=1)
    )
    covers = pl.format("{} bibs have a number here, {} of them only here", "bibs", "bibs_alone")
    reason = pl.concat_str(covers, "against", separator="; ", ignore_nulls=True)
    columns = ["bibs", "bibs_alone", "doubtful", "institution_records", "several", "marked_old"]
    return ranked.select("place", pl.col("proposed_rank").cast(pl.Int64), "present_rank", *columns, reason=reason)


def _numbers(ocns: pl.DataFrame) -> pl.DataFrame:
    """mms_id, place, ocn: each number once that stands in a place of the role current, institution records included."""
    readings = ocns.filter(
        (pl.col("role") == "current")
        & pl.col("verdict").is_in(["ok", "institution_record"])
        & pl.col("ocn").is_not_null()
    )
    return readings.filter(pl.col("mms_id").is_not_null()).select("mms_id", "place", "ocn").unique()


def _empty_pairs() -> pl.DataFrame:
    counts = dict.fromkeys(["both", "same", "partly", "different"], pl.Int64)
    return pl.DataFrame(schema={"place": pl.String, "other_place": pl.String, **counts, "share_different": pl.Float64})


def _compare(numbers: pl.DataFrame, place: str, other: str) -> pl.DataFrame:
    sides = [
        numbers.filter(pl.col("place") == p).group_by("mms_id").agg(pl.col("ocn").sort().alias(name))
        for p, name in ((place, "here"), (other, "there"))
    ]
    both = (
        sides[0]
        .join(sides[1], on="mms_id", how="inner")
        .with_columns(
            same=pl.col("here") == pl.col("there"),
            different=pl.col("here").list.set_intersection("there").list.len() == 0,
        )
    )
    counts = both.select(
        pl.len().cast(pl.Int64).alias("both"),
        pl.col("same").sum().cast(pl.Int64),
        (~pl.col("same") & ~pl.col("different")).sum().cast(pl.Int64).alias("partly"),
        pl.col("different").sum().cast(pl.Int64),
    ).filter(pl.col("both") > 0)
    return counts.select(
        pl.lit(place).alias("place"), pl.lit(other).alias("other_place"), pl.all(),
        (pl.col("different") / pl.col("both")).alias("share_different"),
    )  # fmt: skip


def _doubts(numbers: pl.DataFrame, ocns: pl.DataFrame, ranges: list[tuple[int, int]]) -> pl.DataFrame:
    """For each bib and place, whether its numbers there are doubtful, by kind of doubt."""
    old = ocns.filter((pl.col("role") == "old") & pl.col("ocn").is_not_null()).select("mms_id", "ocn").unique()
    in_range = pl.any_horizontal(pl.lit(False), *(pl.col("ocn").is_between(low, high) for low, high in ranges))
    return (
        numbers.join(old.with_columns(is_old=pl.lit(True)), on=["mms_id", "ocn"], how="left")
        .group_by("mms_id", "place")
        .agg(
            in_range.any().alias("institution_records"),
            (pl.len() > 1).alias("several"),
            pl.col("is_old").fill_null(False).any().alias("marked_old"),
        )
        .with_columns(
            doubtful=pl.any_horizontal("institution_records", "several", "marked_old"),
            alone=pl.len().over("mms_id") == 1,
        )
    )


def _count_places(doubts: pl.DataFrame, ocns: pl.DataFrame) -> pl.DataFrame:
    flags = ["doubtful", "institution_records", "several", "marked_old"]
    counts = doubts.group_by("place").agg(
        pl.len().cast(pl.Int64).alias("bibs"),
        pl.col("alone").sum().cast(pl.Int64).alias("bibs_alone"),
        *(pl.col(flag).sum().cast(pl.Int64) for flag in flags),
    )
    present = ocns.group_by("place").agg(pl.col("rank").min().cast(pl.Int64).alias("present_rank"))
    return counts.join(present, on="place", how="left")


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
