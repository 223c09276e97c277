"""WorldCat's own records as OCLC delivers them: record output, as MARC (oclc_formats.md 4)."""

from datetime import date

from ..marc import read_pieces
from ..marc.account import Account
from ..readers import Given, Source, date_in_name, reads
from .filenames import FileName
from .judged_records import NUMBER_TAGS, RECORD_TAGS, judged_pieces, kind_of, without_others
from .output_names import holds_deletes, holds_staging_records
from .worldcat_records import derive_worldcat_records

KIND = "oclc_records"

# The order within one day (oclc_formats.md 4.2).
_ORDER = ("deletes", "new", "merges", "updates")


@reads(KIND, maximum="ocn.maximum", largest_record_mb="raw.largest_record_mb")
def read_record_file(source: Source, *, maximum: int, largest_record_mb: int) -> Given:
    """Which numbers were merged into which, by OCLC's record output, and what do its records describe?

    Deleted records are not described: they are nothing that WorldCat still has.

    Args:
        source: a MARC file with WorldCat's records; their day is the one in its name.
        maximum: the greatest number that may be an OCN.
        largest_record_mb: the longest record.

    Yields:
        concordance, worldcat_records, load_issues, piece by piece; files.
    """
    as_of = source.as_of or date_in_name(source.file)
    is_staging, is_deletes = holds_staging_records(source.file), holds_deletes(source.file)
    account = Account()
    tags = NUMBER_TAGS if is_deletes else RECORD_TAGS
    pieces = read_pieces(source.input, tags, largest_record_mb=largest_record_mb)
    for judged in judged_pieces(pieces, as_of, maximum):
        piece = without_others(judged, is_staging=is_staging)
        account.add(piece.records, piece.issues)
        yield "concordance", piece.concordance
        if not is_deletes:
            yield "worldcat_records", derive_worldcat_records(piece)
        yield "load_issues", piece.issues
    yield "files", account.file_row(source.input, kind_of(account, source.input, KIND))


def record_file_order(name: FileName) -> tuple:
    """A sort key that brings record output into the order to take it in: by day; deletes, new, merges, updates."""
    order = _ORDER.index(name.kind) if name.kind in _ORDER else len(_ORDER)
    return (name.as_of or date.min, order, name.custom or "", name.split or 0, name.name)
