"""Records that are too thin, not paired in two scripts, hidden by halves, or in a location that nobody has mapped.

Sources: practice.md 1.5, 1.6, 2.3, 5; oclc_formats.md 6; MARC 21, Appendix A ($6).
"""

from collections.abc import Collection

import polars as pl

from .exchange import each_holding_once, in_exchange, is_active_bib, is_yes, with_id
from .findings import Found, as_findings
from .ownership import with_units
from .registry import finds, gives

_BRIEF = r"^brief_level_(0[123])$"
_RECORD = ["file", "record"]
# The columns of a finding about a holding: its own unit and target symbol.
_HOLDING = ["holding_id", "mms_id", "unit", pl.col("target_symbol").alias("symbol"), *_RECORD]
_LINK = r"^\s*([0-9A-Za-z]{3})-(\d{2})"
# Occurrence number 00: the field has no partner, and is meant to have none.
_ALONE = "00"


@finds("brief_record", by="mms_id")
def find_brief_records(*, bibs: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """Which records stay out of the exchange because they are too brief, and what do they lack?

    Returns:
        Findings `brief_record`: class is the level, 01 to 03 (practice.md 1.5). A record that another rule excludes,
        that is suppressed or a host is none.
    """
    rows = (
        with_id(bibs)
        .filter(is_active_bib())
        .with_columns(level=pl.col("exclusion").str.extract(_BRIEF))
        .filter(pl.col("level").is_not_null())
        .select(
            "mms_id",
            "file",
            "record",
            "level",
            pl.col("level").alias("class"),
            pl.col("missing_elements").str.split(" ").alias("missing"),
            pl.col("cataloguing_language").alias("language"),
        )
        .collect()
    )
    # a level for its language or its 011 may lack nothing
    in_words = rows.with_columns(pl.col("missing").fill_null(pl.lit(["nothing"])))
    return as_findings(
        "brief_record",
        with_units(in_words, lead_units),
        identity=["mms_id"],
        parameters=["level", "missing", "language"],
        evidence=pl.concat([_elements(rows), _language(rows)]),
    )


@finds("sparse_record", by="mms_id")
def find_sparse_records(*, bibs: pl.LazyFrame, lead_units: pl.LazyFrame) -> Found:
    """Which records go to OCLC and will most likely come back as sparse, and what do they lack?

    Returns:
        Findings `sparse_record` (practice.md 1.5, the finer test by type of record; oclc_formats.md 6).
    """
    rows = (
        in_exchange(bibs)
        .filter(pl.col("sparse_elements").is_not_null())
        .select("mms_id", "file", "record", pl.col("sparse_elements").str.split(" ").alias("missing"))
        .collect()
    )
    return as_findings(
        "sparse_record",
        with_units(rows, lead_units),
        identity=["mms_id"],
        parameters=["missing"],
        evidence=_elements(rows),
    )


def _elements(rows: pl.DataFrame) -> pl.DataFrame:
    missing = rows.filter(pl.col("missing").is_not_null()).explode("missing", empty_as_null=True)
    return missing.select("mms_id", pl.lit("missing").alias("what"), pl.col("missing").alias("value"), "file", "record")


def _language(rows: pl.DataFrame) -> pl.DataFrame:
    foreign = rows.filter(pl.col("level") == "03")
    return foreign.select("mms_id", pl.lit("040$b").alias("what"), pl.col("language").alias("value"), "file", "record")


@gives("script_faults", by={"script_fields": "file"})
def script_faults(*, script_fields: pl.LazyFrame, loaded_tags: Collection[str] | None = None) -> pl.DataFrame:
    """Which 880 has no partner, and which field names an 880 that is not there?

    An 880 is at fault when it has no $6 that can be read, or names a tag and number that no field answers. A field is at fault
    when its $6 names an 880 that does not answer. Number 00 says that there is no partner on purpose.

    Args:
        script_fields: subfields of the records: each 880, and each $6.
        loaded_tags: the tags that were loaded; links to others are not judged. None: the tags that occur in
            `script_fields`.

    Returns:
        file, record, field, tag; link: its $6; fault in words; sorted.
    """
    fields = _linking_fields(script_fields).collect(engine="streaming")
    loaded = sorted(fields["tag"].unique().drop_nulls() if loaded_tags is None else loaded_tags)
    columns = [*_RECORD, "field", "tag", "link", "fault"]
    return _faults(fields, loaded).select(columns).sort(columns, nulls_last=True)


@finds("script_pairing")
def find_script_pairing(*, bibs: pl.LazyFrame, script_faults: pl.DataFrame, lead_units: pl.LazyFrame) -> Found:
    """Which records that go to OCLC have fields in two scripts that do not find each other?

    Args:
        bibs: bibs; only those at fault are read.
        script_faults: the fields at fault.
        lead_units: leading units.

    Returns:
        Findings `script_pairing`, one a bib, with all its faults.
    """
    at_fault = bibs.join(script_faults.lazy().select(_RECORD), on=_RECORD, how="semi")
    sent = in_exchange(at_fault).select("mms_id", *_RECORD).collect(engine="streaming")
    faults = script_faults.join(sent, on=_RECORD, how="inner")
    rows = faults.group_by("mms_id").agg(
        pl.col("file", "record").first(),
        pl.col("fault").sort_by("field").unique(maintain_order=True).alias("faults"),
    )
    evidence = faults.select("mms_id", pl.col("tag").add("$6").alias("what"), pl.col("link").alias("value"), *_RECORD)
    return as_findings(
        "script_pairing", with_units(rows, lead_units), identity=["mms_id"], parameters=["faults"], evidence=evidence
    )


def _linking_fields(subfields: pl.LazyFrame) -> pl.LazyFrame:
    """Each 880, and each other field with $6: file, record, field, tag, link ($6), partner (tag), number."""
    links = (
        subfields.filter(pl.col("code") == "6")
        .sort(*_RECORD, "field", "subfield")
        .unique([*_RECORD, "field"], keep="first", maintain_order=True)
        .select(*_RECORD, "field", pl.col("value").alias("link"))
    )
    fields = (
        subfields.filter((pl.col("tag") == "880") | (pl.col("code") == "6")).select(*_RECORD, "field", "tag").unique()
    )
    return fields.join(links, on=[*_RECORD, "field"], how="left").with_columns(
        partner=pl.col("link").str.extract(_LINK, 1), number=pl.col("link").str.extract(_LINK, 2)
    )


def _faults(fields: pl.DataFrame, loaded: list[str]) -> pl.DataFrame:
    """The fields at fault, with `fault` in words."""
    scripts = fields.filter(pl.col("tag") == "880")
    unreadable = scripts.filter(pl.col("partner").is_null()).with_columns(
        fault=pl.when(pl.col("link").is_null())
        .then(pl.lit("an 880 has no $6"))
        .otherwise(pl.format("an 880 has $6 {}, which names no field", "link"))
    )
    named = fields.filter(pl.col("partner").is_in(loaded) & (pl.col("number") != _ALONE))
    scripts = named.filter((pl.col("tag") == "880") & (pl.col("partner") != "880"))
    partners = named.filter((pl.col("tag") != "880") & (pl.col("partner") == "880"))
    key = [*_RECORD, "number"]
    lonely = scripts.join(partners, left_on=[*key, "partner"], right_on=[*key, "tag"], how="anti")
    empty_ended = partners.join(scripts, left_on=[*key, "tag"], right_on=[*key, "partner"], how="anti")
    return pl.concat(
        [
            unreadable,
            lonely.with_columns(fault=pl.format("no {} answers the 880 with $6 {}-{}", "partner", "partner", "number")),
            empty_ended.with_columns(fault=pl.format("no 880 answers the {} with $6 880-{}", "tag", "number")),
        ]
    )


@finds("suppression_mismatch", by="mms_id")
def find_suppression_mismatches(*, bibs: pl.LazyFrame, placed_holdings: pl.LazyFrame) -> Found:
    """Where is a bib hidden and its holding open, or a holding hidden and its items there?

    Args:
        bibs: bibs; a holding whose bib is not loaded is not judged.
        placed_holdings: holdings with their places; a constituent's holdings are judged once, on their host.

    Returns:
        Findings `suppression_mismatch`, one a holding, with the holding's unit and target symbol (practice.md 1.6).
    """
    hidden = with_id(bibs).select("mms_id", bib_suppressed=is_yes("is_suppressed"))
    holding_suppressed = is_yes("is_suppressed")
    rows = (
        each_holding_once(placed_holdings)
        .join(hidden, on="mms_id", how="inner")
        .with_columns(
            pl.when(pl.col("bib_suppressed") & ~holding_suppressed)
            .then(pl.lit("bib_suppressed"))
            .when(holding_suppressed & (pl.col("items") > 0) & ~pl.col("bib_suppressed"))
            .then(pl.lit("holding_suppressed"))
            .alias("class"),
            holding_suppressed=holding_suppressed,
        )
        .filter(pl.col("class").is_not_null())
        .select(*_HOLDING, "class", "items", "bib_suppressed", "holding_suppressed")
        .collect()
    )
    return as_findings(
        "suppression_mismatch",
        rows,
        identity=["holding_id"],
        parameters=["items"],
        evidence=_holding_facts(
            rows,
            {
                "bib suppressed": pl.col("bib_suppressed"),
                "holding suppressed": pl.col("holding_suppressed"),
                "items": pl.col("items"),
            },
        ),
    )


@finds("unmapped_location", by="mms_id")
def find_unmapped_locations(*, placed_holdings: pl.LazyFrame) -> Found:
    """Which holdings are in a location of which no line of the location map says where it belongs?

    Returns:
        Findings `unmapped_location`, one a holding, without unit and symbol: nobody knows them yet (practice.md 5).
    """
    rows = (
        each_holding_once(placed_holdings.filter(~is_yes("is_mapped")))
        .select(*_HOLDING, "library", "location")
        .collect()
    )
    return as_findings(
        "unmapped_location",
        rows,
        identity=["holding_id"],
        parameters=["library", "location"],
        evidence=_holding_facts(rows, {"library": pl.col("library"), "location": pl.col("location")}),
    )


def _holding_facts(rows: pl.DataFrame, facts: dict[str, pl.Expr]) -> pl.DataFrame:
    """Facts of holdings as evidence, each a row."""
    return pl.concat(
        rows.select("holding_id", pl.lit(what).alias("what"), fact.cast(pl.String).alias("value"), "file", "record")
        for what, fact in facts.items()
    )
