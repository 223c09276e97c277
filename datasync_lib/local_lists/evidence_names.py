"""What a list of staff is, by its name or its captions, and which of its columns is which (practice.md 6.2, 6.4).

The words are those that people write. Two kinds in one name are none, and a list that would allow a deletion is known by
its name only where no other word speaks against it.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from ..identifiers.symbols import encode_symbol
from ..oclc.captions import may_name_ocns, rank_of, words_of

_NAMES = {
    "lhrs": r"lhrs?|local holdings?",
    "commitments": r"retentions?|retained|commitments?|committed|pledges?|shared print",
    "ill_requests": r"ill|illiad|inter ?library|lending|borrowing|tipasa|relais|rapido|requests?",
    "withdrawn_titles": r"withdrawn|withdrawals?|weeded|weeding|deaccession(?:ed|s)?|discard(?:ed|s)",
    "kb_holdings": r"kb|kbart|knowledge ?base",
    "excluded_titles": r"exclusions?|excluded",
    "kept_titles": r"keeps?|kept|still held",
    "authorisations": r"authori[sz]ations?|logins?|connexion accounts?",
}
_KIND = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _NAMES.items()}
# A list of withdrawn titles gives holdings up: «not withdrawn» and «to be withdrawn» do not.
_UNSETTLED = (
    "not|non|never|un|candidates?|proposed|planned|pending|exceptions?|except|review|reinstated?|restored?|found|again|cancell?ed"
    "|reversed|undone?|recalled|draft|process|progress|maybe|possibl[ey]|potential|suggested"
)
_AGAINST = re.compile(rf"\b(?:{_UNSETTLED}|no|to|for)\b")
# In the name of a folder these say more of its files than «for OCLC» does.
_AGAINST_IN_FOLDER = re.compile(rf"\b(?:{_UNSETTLED})\b")

_CAPTIONS = {
    "mms_id": {"mms id", "mms", "mmsid", "bib mms id", "bib mmsid", "bib id", "alma mms id", "alma id"},
    "symbol": {
        *("symbol", "oclc symbol", "institution symbol", "oclc institution symbol", "holding symbol", "library symbol"),
        *("holding library symbol", "inst symbol", "symbols", "oclc symbols", "oclcsymbol"),
    },
    "status": {"status", "request status", "state", "current status", "transaction status"},
    "holding_code": {"holding code", "holding library code", "holdings code", "shelving location", "852 b", "852 $ b"},
    "program": {"program", "programme", "retention program", "shared print program", "agreement", "583 f", "583 $ f"},
    "ends_on": {
        "end date",
        "ends on",
        "retained until",
        "retention end",
        "commitment end",
        "until",
        "583 d",
        "583 $ d",
    },
    "request_id": {
        *("request id", "request number", "request no", "ill number", "transaction number", "request", "ill id"),
        *("transaction id", "requestid", "ill request id", "ill request number"),
    },
    "role": {"role", "request type", "direction", "lending borrowing", "borrowing lending", "lender or borrower"},
    "requested_on": {
        *("request date", "date requested", "requested on", "requested", "creation date", "date created", "created"),
        *("created on", "submitted", "submitted on", "date submitted", "open date", "opened"),
    },
    "due_on": {"due date", "due", "due on", "date due"},
    "withdrawn_on": {"withdrawn on", "date withdrawn", "withdrawal date", "withdrawn date", "withdrawn"},
    "kb_collection": {"collection", "collection name", "kb collection", "collection id", "knowledge base collection"},
    "reason": {"reason", "why", "exclusion reason", "note"},
    "staff": {"staff", "staff member", "name", "user", "user name", "person", "cataloguer", "cataloger", "who"},
    "authorisation": {
        *("authorisation", "authorization", "authorisation number", "authorization number", "authorisation no", "auth"),
        *("authorization no", "authorisation id", "authorization id", "login", "account", "connexion authorization"),
    },
    "last_used_on": {
        "last used",
        "last used on",
        "last use",
        "last login",
        "last logon",
        "last activity",
        "last active",
    },
}
# Captions that by themselves say what a list is.
_TELLING = {
    "ill_requests": {"request_id", "due_on"},
    "commitments": {"program", "ends_on"},
    "withdrawn_titles": {"withdrawn_on"},
    "authorisations": {"authorisation", "staff"},
}


def kind_in_name(file: str) -> str | None:
    """Which list a file is by its name, or by that of the nearest folder that says it; null where nothing or too much does.

    >>> kind_in_name("lhrs.csv"), kind_in_name("lists/Open ILL Requests 2026-10-01.xlsx"), kind_in_name("ill/2026.csv")
    ('lhrs', 'ill_requests', 'ill_requests')
    >>> kind_in_name("withdrawn_titles.csv"), kind_in_name("not_withdrawn.csv"), kind_in_name("lhr_and_retention.csv")
    ('withdrawn_titles', None, None)
    """
    for text in _words_in(file):
        if kinds := [kind for kind, words in _KIND.items() if words.search(text)]:
            is_clear = len(kinds) == 1 and not (kinds[0] == "withdrawn_titles" and is_open(file))
            return kinds[0] if is_clear else None
    return None


def _words_in(file: str) -> list[str]:
    """The words of a file's name, and of the folders that it lies in, the nearest first."""
    path = PurePosixPath(file)
    parts = (path.stem, *(folder.name for folder in path.parents))
    return [" ".join(words_of(re.sub(r"[._-]+", " ", part))) for part in parts]


def is_open(file: str) -> bool:
    """Whether a name says that it is not settled, or not so, that titles are withdrawn.

    >>> is_open("withdrawn/to review/list.csv"), is_open("lists for OCLC/withdrawn_2025.csv")
    (True, False)
    """
    name, *folders = _words_in(file)
    withdrawn = [name, *(text for text in folders if _KIND["withdrawn_titles"].search(text))]
    return any(map(_AGAINST.search, withdrawn)) or any(map(_AGAINST_IN_FOLDER.search, folders))


def kind_by_captions(columns: Iterable[str]) -> str | None:
    """Which list has these columns; null where nothing says it, or several things do."""
    kinds = [kind for kind, telling in _TELLING.items() if telling <= set(columns)]
    return kinds[0] if len(kinds) == 1 else None


def columns_of(captions: list[str], named: dict[str, str] | None = None) -> dict[str, int]:
    """Which column is where: our name of it -> its position. `ocn` is the surest of those that say OCN.

    Args:
        captions: the cells of the header.
        named: our name of a column -> its caption, where the settings say it.
    """
    words = [" ".join(words_of(caption)) for caption in captions]
    wanted = {name: {" ".join(words_of(caption))} for name, caption in (named or {}).items()}
    found = {}
    for name, known in (_CAPTIONS | wanted).items():
        places = [i for i, text in enumerate(words) if text in known]
        if len(places) == 1 or (places and name not in ("mms_id", "ocn")):
            found[name] = places[0]
    if "ocn" not in wanted and (ocn := _ocn(captions)) is not None:
        found["ocn"] = ocn
    return found


def further_columns(captions: list[str], columns: dict[str, int], named: dict[str, str]) -> dict[str, list[int]]:
    """Where a list says the same thing once more: our name of a column -> the positions of others that have it too.

    Of numbers, states and symbols the first column is not the one that is meant: each may be.
    """
    texts = [" ".join(words_of(caption)) for caption in captions]
    is_one = {name: texts_of.__contains__ for name, texts_of in _CAPTIONS.items() if name in ("status", "symbol")}
    further = {
        name: [i for i, text in enumerate(texts) if i != columns.get(name) and is_so(text)]
        for name, is_so in (is_one | {"ocn": may_name_ocns}).items()
        if name not in named and (name in columns or name == "ocn")
    }
    return {name: places for name, places in further.items() if places}


def _ocn(captions: list[str]) -> int | None:
    ranks = {i: rank for i, caption in enumerate(captions) if (rank := rank_of(caption)) is not None}
    best = [i for i, rank in ranks.items() if rank == min(ranks.values())]
    return best[0] if len(best) == 1 else None


def symbol_in_name(file: str, symbols: Iterable[str]) -> str | None:
    """The one symbol of the settings that stands in a file's name; null where none does, or several.

    >>> symbol_in_name("lists/lhr_OLDA_20261001.csv", ["OLDA", "OLD", "M@S"]), symbol_in_name("lhr.M_64S.csv", ["M@S"])
    ('OLDA', 'M@S')
    >>> symbol_in_name("lhr_OLDA_OLDB.csv", ["OLDA", "OLDB"])
    """
    name = PurePosixPath(file).name

    def stands(symbol: str) -> bool:
        return any(
            re.search(rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])", name)
            for form in (symbol, encode_symbol(symbol))
        )

    found = [symbol for symbol in symbols if stands(symbol)]
    return found[0] if len(found) == 1 else None
