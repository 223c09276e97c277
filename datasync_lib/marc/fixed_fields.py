"""006, 007 and 008: fields in which a place means something, so that nothing may be read where places are shifted.

Tools that collapse runs of blanks, or cut what is at the end, change the length of these fields. Such a field is told as
an issue, and its codes count only where it is proved that they still stand in their places. Sources: MARC 21
bibliographic, 006 to 008; practice.md 5 (what OCLC would not validate).
"""

from dataclasses import replace

import polars as pl

from .pieces import ISSUES, MarcPiece, excerpt

FIXED_FIELDS = ("006", "007", "008")
_LENGTH_006, _LENGTH_008 = 18, 40
# By the category of material; what was added to a category later may be absent.
_LENGTHS_007 = {
    "a": (8,), "c": (6, 14), "d": (6,), "f": (10,), "g": (9,), "h": (13,), "k": (6,), "m": (8, 23), "o": (2,),
    "q": (2,), "r": (11,), "s": (13, 14), "t": (2,), "v": (9,), "z": (2,),
}  # fmt: skip
_NO_BIBS = list("uvwxyzq")

# Date entered and type of date; date 1, before the first place that may be blank; date 2, country and language.
_ENTERED = r"^[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[bcdeikmnpqrstu|]"
_WITH_YEAR = rf"{_ENTERED}[0-9u]{{4}}"
_IN_PLACE = rf"{_ENTERED}[0-9u |-]{{8}}(?:[a-z]{{2}}[a-z ]|   |\|\|\|).{{17}}[a-z]{{3}}(?:$|[a-z |](?:$|[a-z |] *$))"
_SIGNS_FOR_BLANK = r"[\^#\\]"  # as Aleph, manuals and MarcEdit show it


def codes_of_008(fixed: pl.Expr) -> pl.Expr:
    """The 008 of a bib, blanks as blanks, where its codes stand in their places; else null.

    They do when it has 40 characters, or when only what ends it is cut off or filled up: then country and language are
    where they belong.
    """
    fixed = fixed.str.replace_all(_SIGNS_FOR_BLANK, " ")
    in_place = (fixed.str.len_chars() == _LENGTH_008) | fixed.str.contains(_IN_PLACE)
    return pl.when(in_place).then(fixed)


def date1_of_008(fixed: pl.Expr) -> pl.Expr:
    """Date 1: of an 008 of another length too, where everything before it is as it must be."""
    return pl.coalesce(codes_of_008(fixed).str.slice(7, 4), fixed.str.extract(rf"({_WITH_YEAR})").str.slice(7, 4))


def with_length_issues(piece: MarcPiece) -> MarcPiece:
    """A piece, with an issue for each 006, 007 and 008 of its bibs that has another length than the format wants.

    Of records whose leader was not asked for, or that have none, it is not known what the format wants.
    """
    if not {"tag", "value", "field"} <= set(piece.subfields.columns):
        return piece
    tag = piece.subfields["tag"]
    wrong = _wrong(piece.subfields.filter((tag == "008") | (tag == "007") | (tag == "006")))
    if wrong.is_empty():
        return piece
    bibs = piece.subfields.filter((tag == "LDR") & piece.subfields["field"].is_null())
    type_ = pl.col("value").str.slice(6, 1)
    bibs = bibs.filter(type_.str.contains("^[a-z]$") & ~type_.is_in(_NO_BIBS))
    told = wrong.join(bibs, on="record", how="semi").join(piece.records.select("record", "byte_offset"), on="record")
    texts = [excerpt(value.encode()) for value in told["value"]]
    told = told.with_columns(excerpt=pl.Series(texts, dtype=pl.String), file=pl.lit(piece.records["file"][0]))
    issues = pl.concat([piece.issues, told.select(ISSUES.names())])
    return replace(piece, issues=issues.sort("record", maintain_order=True, nulls_last=True))


def _wrong(fixed: pl.DataFrame) -> pl.DataFrame:
    """Of these fields the ones of another length: record, value, code, message."""
    tag, length = pl.col("tag"), pl.col("value").str.len_chars().cast(pl.String)
    category = pl.when(tag == "007").then(pl.col("value").str.head(1))
    allowed = pl.when(tag == "006").then(pl.lit(str(_LENGTH_006))).otherwise(pl.lit(str(_LENGTH_008)))
    of_007 = {kind: " or ".join(map(str, lengths)) for kind, lengths in _LENGTHS_007.items()}
    allowed = pl.when(tag == "007").then(category.replace_strict(of_007, default=None)).otherwise(allowed)
    right = [f"{kind} {length}" for kind, lengths in _LENGTHS_007.items() for length in lengths]
    right_007 = pl.format("{} {}", category, length).is_in(right)
    return (
        fixed.filter(pl.col("value").is_not_null())
        .filter(pl.when(tag == "007").then(~right_007).otherwise(length != allowed))
        .select(
            "record",
            "value",
            code=pl.lit("bad_") + tag,
            message=pl.when(allowed.is_null())
            .then(pl.format("007 has {} characters and begins with no category of material", length))
            .otherwise(pl.format("{} has {} characters instead of {}", tag, length, allowed)),
        )
    )
