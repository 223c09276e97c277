"""Files that are neither MARC nor rows: one sentence in the load log says what each is and what to do."""

from ..readers import Given, Source, reads
from ..vocabulary.load_log import file_row
from .rows import issue

KIND = "unknown"


@reads(KIND)
def tell_other_file(source: Source) -> Given:
    """What is a file that nobody reads?

    Args:
        source: the file; its note says what it is.

    Yields:
        load_issues: one that says it. files.
    """
    yield "load_issues", issue(source.file, "other_kind", source.note or "no kind of file that we know")
    yield "files", file_row(source.file, KIND, (source.sha256, source.bytes), source.note)
