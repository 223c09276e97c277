"""What became of the records of the catalogue files: how 6,000 records are 5,994 bibs."""

from dataclasses import astuple, dataclass, fields

import polars as pl

from .store import Store


@dataclass(frozen=True)
class CatalogueAccount:
    """The records of all catalogue files, each in one place; all but `records` add up to it.

    Attributes:
        records: that were loaded.
        bibs: that stand for a bib of the catalogue as it is now.
        without_id: that stand for a bib without an MMS ID.
        holdings_records: that stand for a holding (MFHD).
        further: of the same bib or holding as another one: an export of one record for each holding, or a copy that was sent.
        deleted: that say their bib or holding is deleted.
        replaced: that a later record or state took the place of.
    """

    records: int
    bibs: int
    without_id: int
    holdings_records: int
    further: int
    deleted: int
    replaced: int

    def __str__(self) -> str:
        words = {
            "bibs": "{} bib{s}",
            "without_id": "{} without an MMS ID",
            "holdings_records": "{} holdings record{s}",
            "further": "{} further record{s} of the same (one for each holding, or a copy that was sent)",
            "deleted": "{} that say{v} deleted",
            "replaced": "{} that a later record or state has replaced",
        }
        told = []
        for field, number in zip(fields(self)[1:], astuple(self)[1:], strict=True):
            if number or field.name == "bibs":
                many = number != 1
                told.append(words[field.name].format(f"{number:,}", s="s" * many, v="" if many else "s"))
        return f"{self.records:,} catalogue records are {', '.join(told)}"


def account_of_catalogue(store: Store) -> CatalogueAccount | None:
    """What became of the records of the catalogue files that were loaded; None: there are none."""
    records = store.scan("files").filter(pl.col("kind") == "catalogue").select(pl.col("loaded").sum()).collect().item()
    if not records:
        return None
    current = store.scan("current_records")
    leads = current.filter("is_lead").select("file", "record")
    number = {
        "current": current.select(pl.len()),
        "leads": leads.select(pl.len()),
        "mfhds": _among(store.scan("holdings").filter("is_mfhd"), leads),
        "without": _among(store.scan("bibs").filter(pl.col("mms_id").is_null()), leads),
        "deleted": _deleted(store),
    }
    got = {name: frame.collect(engine="streaming").item() for name, frame in number.items()}
    return CatalogueAccount(
        records=records,
        bibs=got["leads"] - got["mfhds"] - got["without"],
        without_id=got["without"],
        holdings_records=got["mfhds"],
        further=got["current"] - got["leads"],
        deleted=got["deleted"],
        replaced=records - got["current"] - got["deleted"],
    )


def _among(rows: pl.LazyFrame, leads: pl.LazyFrame) -> pl.LazyFrame:
    """How many records of some rows lead."""
    records = rows.select("file", "record").unique()
    return leads.join(records, on=["file", "record"], how="semi").select(pl.len())


def _deleted(store: Store) -> pl.LazyFrame:
    """How many records say that they are deleted: none of them is current."""
    records = [
        store.scan(name).filter(is_it).select("file", "record")
        for name, is_it in (
            ("bibs", pl.col("record_status") == "d"),
            ("holdings", pl.col("is_mfhd") & (pl.col("record_status") == "d")),
        )
    ]
    return pl.concat(records).unique().select(pl.len())
