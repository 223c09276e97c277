"""What is in a real export, as far as the player of OCLC's answers needs to know it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ..errors import InputError
from ..marc import find_inputs, read_pieces
from ..marc.by_tag import Fields
from ..settings import Settings
from ..tables.build import derive, tags_to_load
from .institution import Line

_SHORTEST_MMS_ID = 8

# Invented symbols: no library has them.
KEPT, RETIRED = ("QXU", "QXS"), ("QXL", "Q@M", "QXH")


@dataclass(frozen=True)
class Survey:
    """A real export in a few frames.

    Attributes:
        bibs: mms_id, title, main_entry, publisher, year, language, place_code, is_sendable: it can be sent at all;
            each MMS ID once.
        numbers: mms_id, ocn (its current one), place.
        holdings: mms_id, library, location, is_suppressed; those of a host for each constituent.
        known: every number that stands anywhere in the export.
    """

    bibs: pl.DataFrame
    numbers: pl.DataFrame
    holdings: pl.DataFrame
    known: frozenset[int]

    @property
    def mms_suffix(self) -> str:
        """The four digits that most IDs end in; empty when they do not look like MMS IDs."""
        ends = Counter(
            mms_id[-4:] for mms_id in self.bibs["mms_id"] if mms_id.isdigit() and len(mms_id) >= _SHORTEST_MMS_ID
        )
        suffix, count = ends.most_common(1)[0] if ends else ("", 0)
        return suffix if count > self.bibs.height / 2 else ""

    @property
    def ocn_place(self) -> str:
        """Where most bibs have their OCN: what would be agreed with OCLC."""
        counts = self.numbers.group_by("place").len().sort("len", "place", descending=[True, False])
        return counts["place"].first() or "035$a"

    def location_map(self) -> list[Line]:
        """A unit for each library; the old symbols by turns, emptied into the kept ones."""
        counts = self.holdings.filter(pl.col("library").is_not_null()).group_by("library").len()
        libraries = counts.sort(pl.col("len"), "library", descending=[True, False])["library"].to_list()
        lines = []
        for i, library in enumerate(libraries):
            outgoing = KEPT[0] if i == 0 and len(libraries) > 1 else RETIRED[(i - 1) % len(RETIRED)]
            lines.append(Line(library, "*", f"Library {library}", outgoing, KEPT[i % 5 == 2]))
        return lines


def survey(export: Path) -> Survey:
    """Reads a real export once.

    Raises:
        InputError: the file is missing, or there is no bibliographic record in it.
    """
    settings = Settings()
    tags = tags_to_load(settings)
    parts: dict[str, list[pl.DataFrame]] = {"bibs": [], "ocns": [], "holdings": [], "links": []}
    for source in find_inputs(export):
        for piece in read_pieces(source, tags):
            tables = derive(Fields(piece.subfields), settings)
            for name, frames in parts.items():
                frames.append(tables[name])
    frames = {name: pl.concat(each) for name, each in parts.items() if each}
    if not frames or frames["bibs"]["mms_id"].is_null().all():
        raise InputError(f"{export}: no bibliographic record with a 001 was found; name a file of MARC or MARCXML")
    bibs = frames["bibs"].filter(pl.col("mms_id").is_not_null()).unique("mms_id", keep="first", maintain_order=True)
    ocns = frames["ocns"]
    return Survey(
        bibs=bibs.select(
            *("mms_id", "title", "main_entry", "publisher", "year", "language", "place_code"),
            is_sendable=~pl.col("is_host") & ~pl.col("is_suppressed").fill_null(False) & pl.col("exclusion").is_null(),
        ),
        numbers=ocns.filter(pl.col("is_current").fill_null(False))
        .unique("mms_id", keep="first", maintain_order=True)
        .select("mms_id", "ocn", "place"),
        holdings=_holdings(frames["holdings"], frames["links"]),
        known=frozenset(ocns["ocn"].drop_nulls()),
    )


def _holdings(holdings: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    own = holdings.select("mms_id", "library", "location", "is_suppressed")
    through_host = links.join(own, left_on="host_mms_id", right_on="mms_id", how="inner").select(
        pl.col("constituent_mms_id").alias("mms_id"), "library", "location", "is_suppressed"
    )
    return pl.concat([own, through_host]).sort("mms_id", "library", "location", nulls_last=True)
