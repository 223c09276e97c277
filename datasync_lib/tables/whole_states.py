"""Whether dated files that no [[extracts]] entry names look like a full export beside what was there before them.

It is a look, and no decision: what has no entry always counts, and takes the place of nothing, for a guess could take bibs away that
are still there. But the states can be compared as if it were said, and whoever reads the load log is asked.

An increment holds what has changed. So files that have most bibs of the state before, and most of these as they were, hold more
than changes.
"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

from ..marc.by_tag import RECORD
from ..vocabulary.tables import conform
from .ages import DEFAULT_EXTRACT

_MOST_AGAIN, _MOST_AS_THEY_WERE = 0.8, 0.5
# Parts of one export have no bib in common but by mistake.
_MOST_IN_COMMON = 0.5
_OVERLAP = (
    "the full exports of {} and {} count as parts of one, as one that runs over midnight is, but {:,} of the {:,} bibs of the first "
    "day are there again: if they are two exports, take the older one out of data/raw or name it in [raw] ignore, for what "
    "only that one has still counts"
)
# So many bibs are looked at together.
_RECORDS_TOGETHER = 2_000_000
# What is another one whenever a bib is exported again tells nothing of it.
_NOT_COMPARED = ("file", "record", "datestamp", "record_status", "is_deleted")


@dataclass(frozen=True)
class Look:
    """How the bibs of a day stand to those of before: how many were there, are there again, and as they were."""

    before: int = 0
    again: int = 0
    as_they_were: int = 0

    def __add__(self, other: "Look") -> "Look":
        return Look(self.before + other.before, self.again + other.again, self.as_they_were + other.as_they_were)

    @property
    def is_whole(self) -> bool:
        """Whether this is no increment, by all that can be seen."""
        is_most = self.again >= _MOST_AGAIN * self.before and self.as_they_were >= _MOST_AS_THEY_WERE * self.again
        return self.before > 0 and is_most


def with_looks(extracts: pl.DataFrame, bibs: pl.LazyFrame, ocns: pl.LazyFrame) -> pl.DataFrame:
    """The `extracts` table with `looks_whole`, and whole days among files without an entry told in `decision`.

    Args:
        extracts: with `decision`.
        bibs: the bibs of all files.
        ocns: their readings.
    """
    own = extracts.filter(~pl.col("is_upload").fill_null(False), pl.col("date").is_not_null(), unit="bib")
    has_scopes = own.filter("is_one_state", pl.col("scope").fill_null("") != "").height > 0
    unnamed = own.filter(extract=DEFAULT_EXTRACT)["date"].unique().sort().to_list()
    words: dict[date, str] = {}
    start = None if has_scopes else own.filter("is_one_state", "counts")["date"].max() or next(iter(unnamed), None)
    for day in unnamed if start else []:
        before = own.filter(pl.col("date").is_between(start, day, closed="left"))
        look = _look((bibs, ocns), _files(before), _files(own.filter(date=day))) if before.height else Look()
        if look.is_whole:
            first = before.filter(extract=DEFAULT_EXTRACT, date=start).height > 0
            words |= {start: words.get(start, "")} if first else {}
            words[day] = (
                f"; it looks like a full export, having {look.again:,} of the {look.before:,} bibs of before, "
                f"{look.as_they_were:,} of them as they were"
            )
            start = day
    looks = (pl.col("extract") == DEFAULT_EXTRACT) & ~pl.col("is_upload") & pl.col("date").is_in(list(words))
    more = pl.col("date").replace_strict(words, default="", return_dtype=pl.String)
    return extracts.with_columns(
        looks_whole=looks.fill_null(False),
        decision=pl.col("decision") + pl.when(looks).then(more).otherwise(pl.lit("")),
    )


def issues_of_neighbours(extracts: pl.DataFrame, bibs: pl.LazyFrame, ocns: pl.LazyFrame) -> pl.DataFrame:
    """Full exports of neighbouring days that count as parts of one, but have most bibs in common, in the columns of `load_issues`."""
    full = extracts.filter("is_one_state", "counts", unit="bib").with_columns(pl.col("scope").fill_null(""))
    rows = []
    for of in full.partition_by("scope", maintain_order=True):
        for day, next_day in pairwise(of["date"].drop_nulls().unique().sort().to_list()):
            before, now = of.filter(date=day), of.filter(date=next_day)
            look = _look((bibs, ocns), _files(before), _files(now))
            if look.again > _MOST_IN_COMMON * look.before:
                rows.append(
                    (now["file"][0], 0, "days_overlap", _OVERLAP.format(day, next_day, look.again, look.before))
                )
    columns = {"file": pl.String, "record": pl.Int64, "code": pl.String, "message": pl.String}
    return conform("load_issues", pl.DataFrame(rows, schema=columns, orient="row"))


def _files(extracts: pl.DataFrame) -> list[str]:
    return extracts.select(pl.coalesce("has_bytes_of", "file")).to_series().unique().to_list()


def _look(tables: tuple[pl.LazyFrame, pl.LazyFrame], before: list[str], now: list[str]) -> Look:
    bibs, ocns = (each.filter(pl.col("mms_id").is_not_null(), pl.col("file").is_in([*before, *now])) for each in tables)
    shares = 1 + bibs.select(pl.len()).collect().item() // _RECORDS_TOGETHER
    of_share = pl.col("mms_id").hash(5) % shares
    looks = (
        _look_at(_fingerprints(bibs.filter(of_share == share), ocns.filter(of_share == share)), before, now)
        for share in range(shares)
    )
    return sum(looks, Look())


def _fingerprints(bibs: pl.LazyFrame, ocns: pl.LazyFrame) -> pl.DataFrame:
    """Of each record the bib, and what it and its numbers say, as hashes."""
    columns = [name for name in bibs.collect_schema() if name not in _NOT_COMPARED]
    numbers = ocns.group_by(RECORD).agg(numbers=pl.struct("place", "raw").hash(6).sort().implode().hash(6).first())
    told = bibs.select(*RECORD, bib=pl.col("mms_id").hash(5), said=pl.struct(columns).hash(6), is_deleted="is_deleted")
    return told.join(numbers, on=RECORD, how="left").collect(engine="streaming")


def _look_at(rows: pl.DataFrame, before: list[str], now: list[str]) -> Look:
    was, is_ = (rows.filter(pl.col("file").is_in(files)) for files in (before, now))
    there = was.filter(~pl.col("is_deleted").fill_null(False))
    again = there.join(is_, on="bib", how="semi")
    same = again.join(is_, on=["bib", "said", "numbers"], how="semi", nulls_equal=True)
    return Look(*(each["bib"].n_unique() for each in (there, again, same)))
