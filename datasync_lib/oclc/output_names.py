"""Names under which OCLC's record output may lie here, whatever was done to them on the way.

Documented is `metacoll.SYMBOL.kind.DYYYYMMDD.THHMMSS.n.mrc` (oclc_formats.md 4.1); of data sync output (own records returned,
unresolved ones, holdings records) no more than `metacoll.SYMBOL.datasync.…`. A browser adds a number, a person a word, an
archive a name: so the word metacoll in the name of the file or of an archive around it is enough, and so is the folder
that OCLC puts its output into. None of it is ever the catalogue.
"""

import re
from pathlib import PurePosixPath

from .filenames import read_file_name

_WORD = re.compile(r"(?:^|[^a-z0-9])metacoll[^a-z0-9]", re.I)
# What OCLC gives to be fetched; what is sent goes to metacoll/in.
_FOLDERS = re.compile(r"(?:^|/)(?:metacoll/out|out/ongoing)/", re.I)
# As reports are named: who sent the file, its collection and directory. MARC of this name is an answer too.
_ANSWER = re.compile(r"[^.](?=[^.]*-[^.])[^.]*\.\d{7}\.(?:IN|OUT)\.", re.I)
_DELETES, _STAGING = re.compile(r"(?:^|[^a-z])deletes?(?:[^a-z]|$)", re.I), re.compile(r"unres|staging", re.I)


def is_record_output(file: str) -> bool:
    """Whether a MARC file is OCLC's by its path in the raw folder, archives around it included."""
    *around, name = PurePosixPath(file).parts
    if _WORD.search(name) or _ANSWER.match(name):
        return True
    is_around = _FOLDERS.search(file) is not None or any(_WORD.search(each) for each in around if "." in each)
    return is_around and read_file_name(name).family != "upload"


def holds_deletes(file: str) -> bool:
    """Whether it tells of records that were deleted."""
    name = PurePosixPath(file).name
    return read_file_name(name).kind == "deletes" or _DELETES.search(name) is not None


def holds_staging_records(file: str) -> bool:
    """Whether its records are in staging, so that their numbers are no OCNs."""
    return _STAGING.search(PurePosixPath(file).name) is not None
