"""Tables of the load: which files there are, what is wrong with them, and what they are states of."""

import dataframely as dy
import polars as pl

from .columns import Traced, flag, number, text


class Files(dy.Schema):
    """One input file, or one member of an archive."""

    file = text("path in the raw folder, with the member for an archive", nullable=False)
    kind = text(
        "catalogue, worldcat_list, oclc_records, current_numbers, BibProcessingReport, BibExceptionReport, BibCrossRefReport, "
        "BibUnresolvedCrossRefReport, unknown, unclear (MARC that may be the catalogue or WorldCat's), unreadable, empty, stub, ignored",
        nullable=False,
    )
    sha256 = text("hash of the bytes, decompressed", nullable=False)
    bytes = number("size, decompressed", nullable=False)
    found = number("pieces found: records or rows", nullable=False)
    loaded = number("pieces loaded", nullable=False)
    repaired = number("of loaded: read only after repair", nullable=False)
    repeated = number("of loaded: exact repeats, counted once in the tables", nullable=False)
    rejected = number("pieces that could not be read", nullable=False)
    note = text("what else there is to say of the file: why it is unreadable, which file it repeats")
    decision = text("what was decided of a catalogue file: of which state it is, and whether it counts (`extracts`)")
    loaded_at = dy.Datetime(nullable=True, time_zone="UTC", time_unit="us", description="when it was read")

    @dy.rule()
    def adds_up(cls) -> pl.Expr:
        """Nothing lost: found = loaded + rejected."""
        return pl.col("found") == pl.col("loaded") + pl.col("rejected")


class LoadIssues(Traced):
    """One thing wrong with an input."""

    byte_offset = number("where in the file, decompressed")
    code = text("what is wrong, as a code", nullable=False)
    message = text("what is wrong, in words", nullable=False)
    excerpt = text("the bytes concerned, shortened, control characters made visible")


class Extracts(dy.Schema):
    """One state of the catalogue, or an increment to it."""

    extract = text("its name: catalogue, or the pattern of its [[extracts]] setting", nullable=False)
    date = dy.Date(
        nullable=True, description="the day whose state it is; null: unknown, then nothing counts as confirmed"
    )
    kind = text("full or increment", nullable=False)
    unit = text("bib or holding: what one exported record stands for", nullable=False)
    scope = text("what part of the catalogue, in words")
    file = text("one of its files", nullable=False)
    has_bytes_of = text("the file that has the same bytes, whose records stand for this one too")
    counts = flag("no later full extract has taken its place")
    age = number("how new the file is beside those that count: greater is newer; null: nobody can tell")
    is_upload = flag(
        "made for OCLC and named by no entry: it adds to what the other files have, and takes nothing away"
    )
    is_one_state = flag("all files of this age are parts of one state; else each may be a state of its own")
    looks_whole = flag("no entry names it, and it looks like a full export; it counts as if it were none")
    decision = text("what was decided of the file, and why, in words")


class CurrentRecords(Traced):
    """The records that make up the current catalogue: last full extract, later increments over it, deletes taken away."""

    extract = text("the extract that gave it", nullable=False)
    is_lead = flag("the record that stands for its bib; others of the same bib add holdings and items only")
    is_in_doubt = flag("other files have it too, and it is not known which is newer: all count, their OCNs too")


class Records(Traced):
    """One piece of a MARC file, loaded or rejected."""

    byte_offset = number("where it begins, decompressed", nullable=False)
    bytes = number("its length", nullable=False)
    state = text("loaded, repaired, rejected", nullable=False)


class RejectedNumbers(Traced):
    """A number that stands in the bytes of a catalogue record that could not be read: it may be an OCN of ours."""

    ocn = number("a run of digits, without leading zeros", nullable=False)


class RawRows(Traced):
    """A row of a file whose kind nobody knows, or whose layout no source describes: kept as it is."""

    values = dy.List(dy.String(nullable=True), nullable=True, description="the columns, as text")
