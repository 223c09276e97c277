"""How a column is described, and the two columns by which every row can be traced."""

import dataframely as dy


def text(description: str, *, nullable: bool = True) -> dy.String:
    """A column of text."""
    return dy.String(nullable=nullable, description=description)


def number(description: str, *, nullable: bool = True) -> dy.Int64:
    """A column of whole numbers."""
    return dy.Int64(nullable=nullable, description=description)


def flag(description: str) -> dy.Bool:
    """A column that answers yes or no, or null: not known."""
    return dy.Bool(nullable=True, description=description)


class Traced(dy.Schema):
    """Where a row comes from."""

    file = text("path in the raw folder, with the member for an archive", nullable=False)
    record = number("0-based position in the file: record of a MARC file, row of a text file")
