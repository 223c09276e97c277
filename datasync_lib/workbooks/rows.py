"""One row a finding, with everything that a cataloguer wants to see of it. Frames in, a wide frame out."""

import json
from collections.abc import Collection

import polars as pl

from ..analysis.findings import nothing_found
from ..problems import ASKING, PROBLEMS
from ..settings import Links
from .decisions import with_decisions
from .shelf import shelf_keys

TITLE_LENGTH = 120
# Parameters that deserve a column of their own, to be sorted, filtered or copied (practice.md 4.2); the explanation has all.
EXTRAS: dict[str, tuple[tuple[str, str], ...]] = {
    "malformed_ocn": (("place", "Place"),),
    "several_ocns": (("numbers", "All OCNs"),),
    "shared_ocn": (("count", "Bibs in group"),),
    "brief_record": (("missing", "Missing elements"),),
    "sparse_record": (("missing", "Missing elements"),),
    "suppression_mismatch": (("items", "Items"),),
    "print_ocn_on_electronic": (("print_mms_id", "Print record"),),
    "rejected": (("staging_ocn", "Staging number"),),
    "never_reported": (("sent_file", "Sent in"),),
    "ocn_changed": (
        ("sent_ocn", "OCN sent"),
        ("worldcat_title", "Title in WorldCat"),
        ("score", "Points of likeness"),
        ("doubt", "What speaks against it"),
    ),
    "wrong_holding_set": (("worldcat_title", "Title in WorldCat"), ("as_of", "Held on the list of")),
    "duplicate_group": (("count", "Bibs in group"),),
}
_EXTRA_NAMES = tuple(dict.fromkeys(name for extras in EXTRAS.values() for name, _ in extras))


def is_of(units: Collection[str | None]) -> pl.Expr:
    """Whether a row is one of these units'; None stands for rows without a unit."""
    is_named = pl.col("unit").is_in([unit for unit in units if unit is not None]).fill_null(False)
    return is_named | pl.col("unit").is_null() if None in units else is_named


def extra_name(parameter: str) -> str:
    """The column of a parameter: of its own, whatever else a row has under that name."""
    return f"parameter_{parameter}"


def describe_rows(
    findings: pl.DataFrame,
    evidence: pl.DataFrame,
    bibs: pl.DataFrame,
    placed: pl.DataFrame,
    items: pl.DataFrame,
    ocns: pl.DataFrame,
    decisions: pl.DataFrame,
    links: Links,
    *,
    units: Collection[str | None] | None = None,
) -> pl.DataFrame:
    """What does a cataloguer need to know of each finding that asks for something?

    Args:
        findings: all of them; those whose answer is delete, keep or information are left out here.
        evidence: what they rest on.
        bibs: the current ones.
        placed: holdings with their units (`analysis.ownership.place_holdings`).
        items: items.
        ocns: OCN readings.
        decisions: the record of decisions.
        links: templates of the settings.
        units: only the rows of these, the others are still named as members of a group; None in it: without a unit.

    Returns:
        One row a finding, sorted by row_key: the columns of `findings`; title, original_title, date, format of the bib;
        library, location, call_number, barcodes of the holding, or of the bib's holdings in the unit; shelf (sort key of the
        call number); ocn_in_alma, current_ocn; kind, explanation, todo; elsewhere (bibs of the group that another unit
        leads); the parameters named in `EXTRAS` (under `extra_name`); catalogue, worldcat (links); seen (evidence in one text); the answers of
        `decisions.with_decisions` with status Open where there is none, earlier, is_settled.
    """
    asking = findings.filter(pl.col("answer").is_in(ASKING)).sort("row_key")
    if asking.is_empty():
        asking = nothing_found().findings
    elsewhere = _elsewhere(asking)
    if units is not None:
        asking = asking.filter(is_of(units))
    described = with_decisions(asking, decisions).with_columns(pl.col("status").fill_null("Open"))
    for part in (
        _words(asking),
        _bib_columns(asking, bibs),
        _shelf_columns(asking, placed, items),
        _numbers(asking, ocns),
        _seen(evidence),
        _listed_titles(evidence),
        elsewhere,
    ):
        described = described.join(part, on="row_key", how="left", maintain_order="left")
    return _with_links(
        described.with_columns(pl.coalesce("title", "title_given", "title_listed").alias("title")), links
    )


def _words(findings: pl.DataFrame) -> pl.DataFrame:
    """The finding in words, and its parameters as text."""
    columns = ("row_key", "problem", "class", "parameters")
    rows = [_words_of(*row) for row in findings.select(columns).iter_rows()]
    names = (
        "row_key",
        "kind",
        "explanation",
        "todo",
        "current",
        "result_ocn",
        "title_given",
        *map(extra_name, _EXTRA_NAMES),
    )
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _words_of(row_key: str, code: str, class_: str | None, parameters: str | None) -> tuple[str | None, ...]:
    problem = PROBLEMS[code]
    values = json.loads(parameters) if parameters else {}
    kind = problem.classes[class_].title if class_ in problem.classes else problem.title
    explanation = problem.explain(class_, parameters)
    names = ("current", "result_ocn", "title", *_EXTRA_NAMES)
    return (row_key, kind, explanation, problem.todo, *(_as_text(values.get(name)) for name in names))


def _as_text(value: object) -> str | None:
    if value is None or value == "" or value == []:
        return None
    return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)


def _bib_columns(findings: pl.DataFrame, bibs: pl.DataFrame) -> pl.DataFrame:
    form = pl.col("format").str.replace_all("_", " ")
    kinds = pl.concat_str(
        form,
        pl.when("is_electronic").then(pl.lit("electronic")),
        pl.when("is_reproduction").then(pl.lit("reproduction")),
        separator=", ",
        ignore_nulls=True,
    )
    known = bibs.filter(pl.col("mms_id").is_not_null()).unique("mms_id", keep="first", maintain_order=True)
    wanted = findings.select("row_key", "mms_id").join(known, on="mms_id", how="inner")
    return wanted.select(
        "row_key",
        _shortened("title", TITLE_LENGTH).alias("title"),
        _shortened("title_880", TITLE_LENGTH).alias("original_title"),
        pl.coalesce(pl.col("year").cast(pl.String), "publication_date").alias("date"),
        kinds.replace("", None).alias("format"),
    )


def _shortened(name: str, length: int) -> pl.Expr:
    text = pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(text.str.len_chars() > length).then(text.str.head(length - 1) + "…").otherwise(text)


def _few(name: str, most: int) -> pl.Expr:
    """The first values of a group in one text, saying how many more there are."""
    values = pl.col(name).drop_nulls().unique(maintain_order=True)
    text = values.head(most).str.join("; ")
    more = text + pl.format(" + {} more", values.len().cast(pl.Int64) - most)
    return pl.when(values.len() > most).then(more).otherwise(text).replace("", None).alias(name)


def _shelf_columns(findings: pl.DataFrame, placed: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Library, location, call number and barcodes: of the holding itself, else of the bib's holdings in the unit."""
    place = ["holding_id", "library", "location", "call_number"]
    keyed = findings.select("row_key", "mms_id", "holding_id", "unit")
    own = keyed.filter(pl.col("holding_id").is_not_null()).select("row_key", "holding_id")
    own = own.join(placed.select(place).unique("holding_id", keep="first", maintain_order=True), on="holding_id")
    through_bib = (
        keyed.filter(pl.col("holding_id").is_null() & pl.col("mms_id").is_not_null())
        .drop("holding_id")
        .join(placed.select("mms_id", pl.col("unit").alias("holding_unit"), *place), on="mms_id")
        .with_columns(is_theirs=pl.col("unit").eq_missing(pl.col("holding_unit")))
        .filter(pl.col("is_theirs") | ~pl.col("is_theirs").any().over("row_key"))
    )
    columns = ["row_key", *place]
    there = pl.concat([own.select(columns), through_bib.select(columns)]).join(
        _barcodes(items), on="holding_id", how="left"
    )
    return (
        there.with_columns(shelf=shelf_keys(there["call_number"]))
        .sort("row_key", "library", "location", "shelf", "holding_id", nulls_last=True)
        .group_by("row_key", maintain_order=True)
        .agg(
            pl.col("shelf").first(),
            *(_few(name, 3) for name in ("library", "location", "call_number")),
            pl.col("barcodes").explode(empty_as_null=False).alias("barcodes"),
        )
        .with_columns(_few_of_list("barcodes", 3))
    )


def _barcodes(items: pl.DataFrame) -> pl.DataFrame:
    known = items.filter(pl.col("holding_id").is_not_null() & pl.col("barcode").is_not_null())
    return known.group_by("holding_id").agg(pl.col("barcode").unique().sort().alias("barcodes"))


def _few_of_list(name: str, most: int) -> pl.Expr:
    values = pl.col(name).list.drop_nulls()
    text = values.list.head(most).list.join("; ")
    more = text + pl.format(" + {} more", values.list.len().cast(pl.Int64) - most)
    return pl.when(values.list.len() > most).then(more).otherwise(text).replace("", None).alias(name)


def _numbers(findings: pl.DataFrame, ocns: pl.DataFrame) -> pl.DataFrame:
    current = ocns.filter(pl.col("is_current").fill_null(False) & pl.col("mms_id").is_not_null())
    texts = (
        current.sort("mms_id", "rank", "ocn")
        .group_by("mms_id", maintain_order=True)
        .agg(pl.col("ocn").cast(pl.String).alias("ocn_in_alma"))
        .with_columns(pl.col("ocn_in_alma").list.unique(maintain_order=True))
        .with_columns(first_ocn=pl.col("ocn_in_alma").list.first())
        .with_columns(_few_of_list("ocn_in_alma", 6))
    )
    return findings.select("row_key", "mms_id").join(texts, on="mms_id", how="inner").drop("mms_id")


def _seen(evidence: pl.DataFrame) -> pl.DataFrame:
    texts = evidence.select(
        "row_key",
        pl.concat_str("what", pl.lit(": "), pl.col("value").fill_null("").pipe(_cut, 120)).alias("seen"),
    )
    return texts.sort("row_key", "seen").group_by("row_key", maintain_order=True).agg(_few("seen", 6))


def _listed_titles(evidence: pl.DataFrame) -> pl.DataFrame:
    """The title in WorldCat's own list: all that is known of a holding of which no record of ours has the number."""
    titles = evidence.filter((pl.col("what") == "WorldCat list") & ~pl.col("value").str.contains(r"^\d+$"))
    return (
        titles.sort("row_key", "value")
        .group_by("row_key", maintain_order=True)
        .agg(pl.col("value").first().pipe(_cut, TITLE_LENGTH).alias("title_listed"))
    )


def _cut(text: pl.Expr, length: int) -> pl.Expr:
    return pl.when(text.str.len_chars() > length).then(text.str.head(length - 1) + "…").otherwise(text)


def _elsewhere(findings: pl.DataFrame) -> pl.DataFrame:
    """The bibs of a row's group that another unit leads: its cataloguer has to talk to somebody."""
    grouped = findings.filter(pl.col("group_id").is_not_null())
    named = pl.concat_str("mms_id", pl.lit(" ("), pl.col("unit").fill_null("no unit"), pl.lit(")"))
    by_unit = (
        grouped.sort("problem", "group_id", "unit", "mms_id", nulls_last=True)
        .group_by("problem", "group_id", "unit", maintain_order=True)
        .agg(named.unique(maintain_order=True).alias("elsewhere"))
    )
    group = ["problem", "group_id"]
    others = (
        by_unit.select(*group, "unit")
        .join(by_unit.rename({"unit": "other"}), on=group, maintain_order="left_right")
        .filter(pl.col("unit").ne_missing(pl.col("other")))
        .group_by(*group, "unit", maintain_order=True)
        .agg(pl.col("elsewhere").explode(empty_as_null=False))
        .with_columns(_few_of_list("elsewhere", 4))
    )
    return (
        grouped.select("row_key", *group, "unit")
        .join(others, on=[*group, "unit"], nulls_equal=True)
        .select("row_key", "elsewhere")
    )


def _with_links(described: pl.DataFrame, links: Links) -> pl.DataFrame:
    """Links to the catalogue and to WorldCat. The number is one of WorldCat's own: a staging number never gets here."""
    own = pl.col("ocn").cast(pl.String)
    current = pl.coalesce("current", "result_ocn")
    about_own = pl.col("problem").is_in(["old_holding", "wrong_holding_set"])
    number = pl.when(about_own).then(pl.coalesce(own, current)).otherwise(pl.coalesce(current, own, "first_ocn"))
    return described.with_columns(
        own.alias("ocn"),
        current.alias("current_ocn"),
        _link(links.catalogue, "{mms_id}", pl.col("mms_id")).alias("catalogue"),
        _link(links.worldcat, "{ocn}", number).alias("worldcat"),
    )


def _link(template: str, gap: str, value: pl.Expr) -> pl.Expr:
    if not template:
        return pl.lit(None, dtype=pl.String)
    before, _, after = template.partition(gap)
    return pl.lit(before) + value + pl.lit(after) if gap in template else pl.lit(template)
