"""Tables of the lists that staff bring: what they say of numbers and people under a symbol (practice.md 6.2)."""

import dataframely as dy

from .columns import Traced, number, text


class ListedTitles(Traced):
    """A row of a list of staff: a title that it names, by OCN or by the bib."""

    symbol = text("the symbol that it speaks of, from the row, the settings or the file's name; null: any of them")
    ocn = number("the number; null: the row has none that can be read")
    mms_id = text("the bib, as written; null: the row has none")
    raw = text("the number as written")
    status = text("as written")
    as_of = dy.Date(nullable=True, description="the day of the list, from the settings or the file's name")


class Lhrs(ListedTitles):
    """A local holdings record in WorldCat."""

    holding_code = text("the holding library code, 852 $b, where the list has it")


class Commitments(ListedTitles):
    """A retention commitment that is registered under a symbol."""

    program = text("the shared print program, where the list has it")
    ends_on = dy.Date(nullable=True, description="until when the title is retained")


class IllRequests(ListedTitles):
    """An interlibrary loan request on a symbol (practice.md 6.4)."""

    request_id = text("the request")
    role = text("lending or borrowing, as written")
    requested_on = dy.Date(nullable=True, description="when it was requested, where the list has it")
    due_on = dy.Date(nullable=True, description="when the item is due")


class WithdrawnTitles(ListedTitles):
    """A title that the library has withdrawn."""

    withdrawn_on = dy.Date(nullable=True, description="the day, where the list has it")


class KbHoldings(ListedTitles):
    """A holding that WorldCat's knowledge base sets and removes by itself."""

    kb_collection = text("the collection in the knowledge base, where the list has it")


class ExcludedTitles(ListedTitles):
    """A title that is kept out of the exchange."""

    reason = text("why, where the list has it")


class KeptTitles(ListedTitles):
    """A title of which staff say that its holding stays."""

    reason = text("why, where the list has it")


class Authorisations(Traced):
    """An authorisation by which somebody may still catalogue under a symbol."""

    symbol = text("the symbol, from the row, the settings or the file's name; null: not known")
    staff = text("whose it is, as written")
    authorisation = text("its number or name, as written")
    status = text("as written")
    last_used_on = dy.Date(nullable=True, description="when it was used last, where the list has it")
    as_of = dy.Date(nullable=True, description="the day of the list, from the settings or the file's name")


LISTS: dict[str, type[Traced]] = {
    "lhrs": Lhrs,
    "commitments": Commitments,
    "ill_requests": IllRequests,
    "withdrawn_titles": WithdrawnTitles,
    "kb_holdings": KbHoldings,
    "excluded_titles": ExcludedTitles,
    "kept_titles": KeptTitles,
    "authorisations": Authorisations,
}
"""The tables by name; a list of staff is of the kind that its table is called."""

TOLD_OF_TITLES = tuple(
    dict.fromkeys(
        name
        for table in LISTS.values()
        for name in table.column_names()
        if name not in ("file", "record", "raw", "as_of")
    )
)
"""The columns that a list may have of its own."""
