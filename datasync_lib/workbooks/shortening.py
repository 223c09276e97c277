"""Texts and lists as short as a cell needs them."""

import polars as pl


def cut(text: pl.Expr, length: int) -> pl.Expr:
    """A text of at most so many characters, with … where something was cut off."""
    return pl.when(text.str.len_chars() > length).then(text.str.head(length - 1) + "…").otherwise(text)


def on_one_line(name: str, length: int) -> pl.Expr:
    """A column's text with single blanks, cut."""
    return cut(pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars(), length)


def few(name: str, most: int) -> pl.Expr:
    """The first values of a group in one text, saying how many more there are."""
    values = pl.col(name).drop_nulls().unique(maintain_order=True)
    return _joined(values.head(most).str.join("; "), values.len(), most).alias(name)


def few_of_list(name: str, most: int) -> pl.Expr:
    """The first values of a list in one text, saying how many more there are."""
    values = pl.col(name).list.drop_nulls()
    return _joined(values.list.head(most).list.join("; "), values.list.len(), most).alias(name)


def _joined(text: pl.Expr, length: pl.Expr, most: int) -> pl.Expr:
    more = text + pl.format(" + {} more", length.cast(pl.Int64) - most)
    return pl.when(length > most).then(more).otherwise(text).replace("", None)
