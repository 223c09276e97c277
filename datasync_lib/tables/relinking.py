"""To which bib a holding belongs that more than one bib has claimed: the newest extract that has the holding decides.

A bib that stops having a holding is often not exported again: its older record still has it. So all records of the files
that count are heard, not the current ones alone, and the older claim does not come back when the newer one is gone.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import polars as pl

from ..vocabulary.tables import conform, empty

# Of so many holdings it is looked up together which are claimed by several bibs.
_ROWS_TOGETHER = 4_000_000
# A 004 that is an OCN names no bib of ours.
_OCN = r"^(?i:\(OCoLC\)|oc[mn]|on)\s*\d"
_COLUMNS = ("holding_id", "mms_id", "age", "is_upload", "is_mfhd", "is_gone", "file", "record")

_IS_OCN = re.compile(_OCN)

# holding_id, mms_id, age, is_upload, is_mfhd, is_gone, file, record
_Claim = tuple[str, str | None, int | None, bool, bool, bool, str, int]


def find_holding_claims(holdings: pl.LazyFrame, files: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """What bibs claim holdings that several have claimed, or that a holdings record gives as deleted.

    Args:
        holdings: file, record, holding_id, mms_id, is_mfhd, record_status of every holding of every file.
        files: the files that count (`ages.files_that_count`).

    Yields:
        Rows of `holding_claims`, a share of the holdings at a time.
    """
    of_files = files.lazy().select("file", "age", "is_upload")
    is_mfhd = pl.col("is_mfhd")
    told = holdings.join(of_files, on="file", how="inner").select(
        *("file", "record", "holding_id", "mms_id", "age", "is_upload", "is_mfhd"),
        is_gone=(is_mfhd & (pl.col("record_status") == "d")).fill_null(False),
        one=pl.col("holding_id").hash(3),
    )
    bib = pl.when(~(is_mfhd & pl.col("mms_id").str.contains(_OCN))).then("mms_id")
    shares = 1 + holdings.select(pl.len()).collect().item() // _ROWS_TOGETHER
    for number in range(shares):
        here = told.filter(pl.col("one") % shares == number)
        contested = (
            here.select("one", "is_gone", bib=bib.hash(4))
            .group_by("one")
            .agg(first=pl.col("bib").min(), last=pl.col("bib").max(), is_gone=pl.col("is_gone").any())
            .filter((pl.col("first") != pl.col("last")).fill_null(False) | pl.col("is_gone"))
            .select("one")
        )
        if (ones := contested.collect(engine="streaming")).height:
            yield _judged(here.join(ones.lazy(), on="one", how="semi").select(_COLUMNS).collect())


def _judged(claims: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for _, each in groupby(claims.sort("holding_id").iter_rows(), key=lambda claim: claim[0]):
        rows += _judge(list(each))
    types = {**empty("holding_claims").schema, "is_upload": pl.Boolean}
    return conform("holding_claims", pl.DataFrame(rows, schema_overrides=types) if rows else empty("holding_claims"))


def _judge(claims: list[_Claim]) -> Iterator[dict]:
    """A row for each bib that claims a holding, with the newest record that says so."""
    owners, is_in_doubt = owners_of(claims)
    newest: dict[str | None, _Claim] = {}
    for claim in sorted(claims, key=lambda each: (each[2] or 0, each[6], each[7])):
        newest[claim[1]] = claim
    for mms_id, claim in newest.items():
        yield {
            **dict(zip(_COLUMNS, claim, strict=True)),
            "is_owner": mms_id in owners,
            "is_in_doubt": is_in_doubt,
        }


def owners_of(claims: Iterable[_Claim]) -> tuple[set[str | None], bool]:
    """The bibs that a holding belongs to, and whether that is in doubt.

    At each age the bibs that have the holding are heard: embedded in them or, where none embeds it, named by a holdings record.
    They take the place of the one that had it before, unless they were among those that shared it, as those of a bound
    volume do. A deleted holdings record takes it from all. Who has it in a file of unknown age has it too. Uploads are
    heard only where nothing else is.
    """
    claims = list(claims)
    heard = [claim for claim in claims if not claim[3]] or claims
    owners: set[str | None] = set()
    is_in_doubt = False
    known = sorted((claim for claim in heard if claim[2] is not None), key=lambda claim: claim[2])
    for _, at in groupby(known, key=lambda claim: claim[2]):
        bibs, nobody, is_gone, differ = _heard_together(list(at))
        is_in_doubt = differ or (is_in_doubt and bibs <= owners)
        if not bibs:
            owners = set() if is_gone else owners or nobody
        elif not bibs <= owners:
            owners = owners | bibs if len(owners) > 1 else bibs
    bibs, nobody, is_gone, differ = _heard_together([claim for claim in heard if claim[2] is None])
    is_in_doubt = is_in_doubt or differ or is_gone or (bool(owners) and not bibs <= owners)
    owners = owners | bibs or nobody
    return owners, is_in_doubt or len(owners) > 1


def _heard_together(claims: list[_Claim]) -> tuple[set[str | None], set[str | None], bool, bool]:
    """Of claims of one age: the bibs, what holdings records name that is no bib, whether one is deleted, and whether they differ."""
    embedded = {claim[1] for claim in claims if not claim[4] and claim[1]}
    of_records = {claim[1] for claim in claims if claim[4] and not claim[5]}
    nobody = {name for name in of_records if not name or _IS_OCN.match(name)}
    is_gone = any(claim[5] for claim in claims)
    bibs = embedded or of_records - nobody
    differ = len(bibs) > 1 or not of_records - nobody <= bibs or (is_gone and bool(bibs))
    return bibs, nobody, is_gone and not of_records, differ


def issues_of_claims(claims: pl.DataFrame) -> pl.DataFrame:
    """Holdings that are claimed by several bibs with equal right, in the columns of `load_issues`: a row a file."""
    doubtful = claims.filter("is_in_doubt")
    if doubtful.is_empty():
        return empty("load_issues")
    ids = pl.col("holding_id").unique().sort()
    together = doubtful.group_by("file").agg(pl.col("record").min(), count=ids.len(), some=ids.head(3).str.join(", "))
    words = pl.format(
        "{} holdings are claimed by several bibs, or as deleted too, in files of which none is known to be newer ({}): each "
        "counts for every bib that has it. If they are bound together all is well; else export these bibs again, and name the "
        "files in [[extracts]]. select * from holding_claims shows them",
        "count",
        "some",
    )
    return conform("load_issues", together.sort("file").with_columns(code=pl.lit("claimed_twice"), message=words))


def of_owners(rows: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Rows of `holdings` or `items` without those of bibs that a holding no longer belongs to.

    A holdings record that names another bib than the newer extract is given to that one.

    Args:
        rows: with holding_id and mms_id; holdings have is_mfhd.
        claims: the `holding_claims` table.

    Returns:
        The rows that stay; is_owner: the holding counts for the bib that they name (null: nobody else claims it).
    """
    owners = claims.filter("is_owner").select("holding_id", "mms_id").drop_nulls().unique()
    of_holding = claims.group_by("holding_id").agg(_is_gone=~pl.col("is_owner").any())
    of_holding = of_holding.join(
        owners.group_by("holding_id").agg(_owner=pl.col("mms_id").min()), on="holding_id", how="left"
    )
    judged = (
        rows.join(of_holding, on="holding_id", how="left", maintain_order="left")
        .join(owners.with_columns(_owns=True), on=["holding_id", "mms_id"], how="left", maintain_order="left")
        .with_columns(
            is_owner=pl.when(pl.col("_is_gone").is_not_null()).then(
                pl.col("_owns").fill_null(False) | pl.col("mms_id").is_null()
            )
        )
    )
    is_owners = pl.col("is_owner").fill_null(True)
    if "is_mfhd" in rows.columns:
        is_owners_record = pl.col("is_mfhd") & ~pl.col("_is_gone")
        bib = (
            pl.when(is_owners & pl.col("mms_id").is_not_null())
            .then("mms_id")
            .otherwise(pl.coalesce("_owner", "mms_id"))
        )
        bib = pl.when("is_mfhd").then(bib).otherwise("mms_id")
        judged = judged.filter(is_owners | is_owners_record).with_columns(mms_id=bib)
    else:
        judged = judged.filter(is_owners)
    return judged.drop("_owner", "_owns", "_is_gone")
