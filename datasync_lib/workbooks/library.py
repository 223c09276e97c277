"""What the rows of workbooks are told from: frames that are read only for the rows that are shown."""

from collections.abc import Collection
from dataclasses import dataclass, fields

import polars as pl

from ..problems import ASKING, SETTLED
from ..settings import Links

Frame = pl.DataFrame | pl.LazyFrame


@dataclass(frozen=True)
class Library:
    """The frames of a project by their names, and what else a row is told from.

    Attributes:
        findings: of all units.
        evidence: what they rest on.
        bibs: the current ones.
        placed_holdings: holdings with their units.
        items: items.
        ocns: OCN readings.
        decisions: the record of decisions.
        bounced: rows that were called done, and that something newer still shows; None: nobody looked.
        links: templates of the settings.
    """

    findings: pl.LazyFrame
    evidence: pl.LazyFrame
    bibs: pl.LazyFrame
    placed_holdings: pl.LazyFrame
    items: pl.LazyFrame
    ocns: pl.LazyFrame
    decisions: pl.DataFrame
    links: Links
    bounced: pl.DataFrame | None = None

    @classmethod
    def of(
        cls, *, decisions: pl.DataFrame, links: Links, bounced: pl.DataFrame | None = None, **frames: Frame
    ) -> "Library":
        """A library of frames that may be there as a whole, or lazily."""
        lazy = {name: frame.lazy() for name, frame in frames.items()}
        return cls(**lazy, decisions=decisions, links=links, bounced=bounced)

    @classmethod
    def frames(cls) -> list[str]:
        """The names of the frames."""
        return [field.name for field in fields(cls) if field.type is pl.LazyFrame]

    @property
    def asking(self) -> pl.LazyFrame:
        """The findings that ask a person for something, or did before they were settled."""
        return self.findings.filter(pl.col("answer").is_in([*ASKING, SETTLED]))


def is_of(units: Collection[str | None]) -> pl.Expr:
    """Whether a row is one of these units'; None stands for rows without a unit."""
    is_named = pl.col("unit").is_in([unit for unit in units if unit is not None]).fill_null(False)
    return is_named | pl.col("unit").is_null() if None in units else is_named


def rows_for(frame: pl.LazyFrame, wanted: pl.DataFrame, key: str) -> pl.DataFrame:
    """The rows of a frame whose key some wanted row has, in their order; only those are ever in memory."""
    keys = wanted.lazy().select(key).drop_nulls().unique()
    return frame.join(keys, on=key, how="semi", maintain_order="left").collect(engine="streaming")
