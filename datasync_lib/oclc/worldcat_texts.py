"""Title, author, date, numbers and format of WorldCat records, so that a number held can be recognised by eye.

What is put together here serves reading and a comparison of texts; it is not the `bibs` table, which describes the
library's own records.
"""

import polars as pl

TEXT_TAGS = ("LDR", "010", "020", "022", "100", "110", "111", "130", "245", "260", "264")

_RECORD = ["file", "record"]
_END = r"[\s/:;,=]+$"
# A number as it is written, up to the words behind it: an LCCN has letters before and blanks within, an ISBN may have.
_NUMBER = r"(?i)\b([a-z]{0,3} *[0-9](?:[0-9\p{Pd} ]*[0-9X])?)"
# Leader/06; books and serials are told apart by Leader/07 (MARC 21 bibliographic, Leader).
_FORMATS = {
    "c": "score", "d": "score", "e": "map", "f": "map", "g": "video", "i": "sound", "j": "sound",
    "k": "visual", "r": "visual", "o": "visual", "m": "computer_file", "p": "archival",
}  # fmt: skip


def describe_records(subfields: pl.DataFrame, current: pl.DataFrame) -> pl.DataFrame:
    """The records with their number and what they are called.

    Args:
        subfields: leader and the tags of TEXT_TAGS.
        current: file, record, ocn.

    Returns:
        record, ocn, title (245 $a $b $n $p), author (1XX $a), date (264 $c, else 260 $c), numbers (020, 022 and 010 $a and
        $z, without the blanks within, separated by a blank), format; sorted by record.
    """
    tag, code, value = pl.col("tag"), pl.col("code"), pl.col("value")
    first_title = (tag == "245") & (pl.col("field") == pl.col("field").filter(tag == "245").min())
    number = tag.is_in(["010", "020", "022"]) & code.is_in(["a", "z"])
    texts = (
        subfields.filter(tag.is_in(TEXT_TAGS))
        .sort(*_RECORD, "field", "subfield")
        .group_by(_RECORD, maintain_order=True)
        .agg(
            title=value.filter(first_title & code.is_in(["a", "b", "n", "p"])).str.strip_chars().str.join(" "),
            author=value.filter(tag.str.starts_with("1") & (code == "a")).first(),
            date=pl.coalesce(value.filter((tag == t) & (code == "c")).first() for t in ("264", "260")),
            numbers=value.filter(number)
            .str.extract(_NUMBER)
            .str.replace_all(" ", "")
            .drop_nulls()
            .unique(maintain_order=True)
            .str.join(" "),
            leader=value.filter(tag == "LDR").first(),
        )
    )
    return (
        current.select(*_RECORD, "ocn")
        .join(texts, on=_RECORD, how="left")
        .sort(_RECORD)
        .select(
            "record",
            "ocn",
            pl.col("title", "author").str.replace(_END, "").replace("", None),
            pl.col("date").str.strip_chars().replace("", None),
            pl.col("numbers").replace("", None),
            format=_format(),
        )
    )


def _format() -> pl.Expr:
    type_, level = pl.col("leader").str.slice(6, 1), pl.col("leader").str.slice(7, 1)
    return (
        pl.when(pl.col("leader").is_null())
        .then(None)
        .when(pl.col("leader").str.slice(8, 1) == "a")
        .then(pl.lit("archival"))
        .when(type_.is_in(["a", "t"]) & level.is_in(["s", "i", "b"]))
        .then(pl.lit("serial"))
        .when(type_.is_in(["a", "t"]))
        .then(pl.lit("book"))
        .otherwise(type_.replace_strict(_FORMATS, default="other", return_dtype=pl.String))
    )
