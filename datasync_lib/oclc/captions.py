"""Captions of columns: which of them say that the numbers below are OCNs, in the words and languages of lists.

Every word of such a caption must be known: «OCLC number of copies», «OCLC symbol» and «Title of OCLC record» have all an
OCLC in them, and none is over OCNs.
"""

import re
import unicodedata

_OCLC = {"oclc", "ocn", "ocns", "worldcat"}
_NUMBER = {
    *(
        "number",
        "numbers",
        "no",
        "nos",
        "nr",
        "nrs",
        "num",
        "nums",
        "nbr",
        "#",
        "id",
        "ids",
        "identifier",
        "identifiers",
    ),
    *("key", "numero", "numeros", "nummer", "nummern", "nummers", "numer", "numeri", "identifiant", "identificador"),
    *("identifikator", "identificatore", "kontrollnummer", "cislo", "broj", "szam", "numarası", "numarasi", "stevilka"),
    *(
        "номер",
        "αριθμος",
        "מספר",
        "رقم",
        "号",
        "號",
        "番号",
        "번호",
        "号码",
        "號碼",
        "编号",
        "編號",
        "控制号",
        "控制號",
    ),
    *("管理番号", "제어번호", "nro", "035", "035a"),
}
_BESIDE = {
    *("control", "controle", "controllo", "kontroll", "kontrol", "ctrl", "de", "d", "di", "du", "del", "der", "the"),
    *("record", "bib", "bibliographic", "accession", "network", "field", "current", "requested", "held", "a", "$", "|"),
}
_GLUED = re.compile(r"^(oclc|ocn|worldcat)(?=[^s\d]|s.)")
_SURE = re.compile(r"ocns?|(?:oclc|ocn) (?:(?:control|controle|kontroll) )?[^ ]+(?: 035 ?(?:[$|] ?)?a)?")
# A title names the numbers in the plural; these words beside it say that they are others, or counts.
_TITLE = re.compile(r"\b(?:ocns|oclc (?:control )?(?:numbers|nos|nrs|nummern|nummers|numeros|numeri))\b")
_OTHER = re.compile(
    r"(?<!\w)(?:# of|number of|no of|per|by|holdings?|symbols?|counts?|copies|totals?|dates?|years?|ranks?|requests?|loans?"
    r"|isbns?|issns?|barcodes?|mms|old|former|previous|deleted|cancelled|withdrawn|missing|merged|rejected|not|without"
    r"|parent|related|print|electronic|019|035z|anzahl|nombre|cantidad|aantal|antal)(?!\w)"
)

# What a number beside these words is one of: a library, how many there are, a record of another kind.
_OF_OTHERS = {
    *("symbol", "symbols", "institution", "library", "count", "counts", "copies", "holding", "holdings", "total", "of"),
    *("date", "year", "status", "rank", "lhr", "lhrs", "isbn", "issn", "barcode", "mms"),
}

SURE = 1
"""The greatest rank of a caption that needs no other proof."""


def rank_of(caption: str) -> int | None:
    """How surely a caption says OCN, 0 most of all; null when it does not say so.

    >>> rank_of("OCLC_Number"), rank_of("035$a"), rank_of("Numéro OCLC"), rank_of("OCLC"), rank_of("001")
    (0, 1, 2, 3, 4)
    >>> rank_of("OCLC symbol"), rank_of("OCLC number of copies"), rank_of("Old OCLC number"), rank_of("WorldCat")
    (None, None, None, None)
    """
    words = words_of(caption)
    text = " ".join(words)
    if re.fullmatch(r"035(?: ?(?:[$|] ?)?a)?", text):
        return 1
    if text in ("oclc", "001"):
        return {"oclc": 3, "001": 4}[text]
    known = set(words)
    has_number = bool(known & (_NUMBER | {"ocn", "ocns"}))
    if not known & _OCLC or not has_number or known - _OCLC - _NUMBER - _BESIDE:
        return None
    return 0 if _SURE.fullmatch(text) else 2


def may_name_ocns(caption: str) -> bool:
    """Whether numbers below a caption may be OCNs of the titles, old ones and those of a request too.

    >>> may_name_ocns("Old OCLC number"), may_name_ocns("OCN in 004"), may_name_ocns("OCLC symbol"), may_name_ocns("MMS ID")
    (True, True, False, False)
    """
    words = set(words_of(caption))
    return bool(words & _OCLC and words & (_NUMBER | {"ocn", "ocns"}) and not words & _OF_OTHERS)


def says_ocns(line: str) -> bool:
    """Whether a title line above one column says that it has OCNs, and nothing else of them.

    >>> says_ocns("OCLC numbers of the branch, 21 July"), says_ocns("Number of OCLC numbers by branch")
    (True, False)
    """
    text = " ".join(words_of(line))
    return re.search(
        r"\bocns?\b|\boclc (?:control )?(?:numbers?|nos?|nummern?)\b", text
    ) is not None and not _OTHER.search(text)


def words_of(caption: str) -> list[str]:
    """The words of a caption in small letters without accents: OclcNumber, OCLC_NUMBER and «OCLC-number» have the same."""
    whole = re.sub(r"(?i)worldcat", "worldcat", caption).replace("°", "o").replace("(s)", "s")
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=OCLC)(?=[A-Z][a-z])", " ", whole)
    plain = "".join(c for c in unicodedata.normalize("NFKD", apart).lower() if not unicodedata.combining(c))
    composed = unicodedata.normalize("NFKC", plain)
    return re.findall(r"[^\W_]+|[#$|]", _GLUED.sub(r"\1 ", re.sub(r"[\s_]+", " ", composed).strip(' "\ufeff')))
