"""Texts of records made ready for comparison (duplicates.md E12), and what can be read out of them.

Every function gives an expression, so that a column of ten million titles is prepared in one go.
"""

import polars as pl

# An article at the beginning says nothing of the work (duplicates.md E12).
_ARTICLES = r"^(?:a|an|the|le|la|les|der|die|das|el|los|las|il|lo) "
_APOSTROPHES = r"['’‘ʼʻʹʾʿ`´]"
_ROMAN = r"m{0,4}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}
# The same ordinals as a few other languages of our catalogues write them on title pages.
_ORDINALS |= {"erste": "1", "zweite": "2", "dritte": "3", "premiere": "1", "deuxieme": "2", "troisieme": "3"}


def prepared(text: pl.Expr) -> pl.Expr:
    """The text for comparison: decomposed, without marks and case, & as and, apostrophes deleted, other punctuation as
    blanks, one blank at a time; null when nothing is left (duplicates.md E12)."""
    return (
        text.str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_lowercase()
        .str.replace_all("&", " and ", literal=True)
        .str.replace_all(_APOSTROPHES, "")
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
        .replace("", None)
    )


def prepared_title(text: pl.Expr) -> pl.Expr:
    """A title for comparison: prepared, without the article that it begins with."""
    return prepared(text).str.replace(_ARTICLES, "")


def numbers_in(prepared_text: pl.Expr) -> pl.Expr:
    """The numbers in a prepared text, as a sorted list: digits, and Roman numerals that are no word of one letter.

    A single v or x is a numeral ("part v"), a single i, c, d, l or m most likely not.
    """
    found = prepared_text.str.extract_all(rf"\b(?:\d+|{_ROMAN})\b").list.filter(
        ~pl.element().is_in(["", "i", "c", "d", "l", "m"])
    )
    return found.list.unique().list.sort()


def years_in(date1: pl.Expr, date2: pl.Expr, publication_date: pl.Expr) -> pl.Expr:
    """Every year that a record says of its publication: dates 1 and 2 of 008, years in 264 or 260 $c; 9999 is none."""
    written = pl.concat_str(date1, date2, publication_date, separator=" ", ignore_nulls=True)
    digits = written.str.replace_all(r"[^0-9]", " ").str.extract_all(r"\b[12]\d{3}\b")
    return digits.list.eval(pl.element().cast(pl.Int64)).list.unique().list.sort()


def pages_in(extent: pl.Expr) -> pl.Expr:
    """The number of pages that an extent tells: its greatest number; below ten it counts volumes, discs or maps."""
    most = extent.str.extract_all(r"\d{1,5}").list.eval(pl.element().cast(pl.Int64)).list.max()
    return pl.when(most >= 10).then(most)


def edition_in(edition: pl.Expr) -> pl.Expr:
    """What an edition is called: its number, written out or not, else the prepared text."""
    text = prepared(edition)
    word = text.str.extract(rf"\b({'|'.join(_ORDINALS)})\b").replace_strict(_ORDINALS, default=None)
    return pl.coalesce(text.str.extract(r"(\d+)").str.strip_chars_start("0"), word, text)


def is_latin(text: pl.Expr) -> pl.Expr:
    """Whether there is a Latin letter in the text; null without a letter."""
    return pl.when(text.str.contains(r"\p{L}")).then(text.str.contains(r"\p{Latin}"))
