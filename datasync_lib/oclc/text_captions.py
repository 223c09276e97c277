"""Captions of the columns of a list with texts: title, author, date of publication, standard numbers, format (oclc_formats.md 9).

The search in the catalogue rests on them, and what it does not find may go: a column counts where its caption can mean
nothing else. «Title ID» is no title, and «Date Added» is no date of publication.
"""

import re

# By name: the captions, the best ones first. Of columns with equally good captions the first counts; of numbers all.
_PUBLISHED = r"(?:publication|published|publ?\.?|imprint|issue|copyright)"
_TIME = r"(?:dates?|years?)"
_RANKED = {
    "title": (
        r"titles?|(?:main|full|complete|work|item|record|bib|bibliographic|current) title|title proper|245(?: ?\$?a?)?",
        r"title(?: and)? (?:statement|main|full|complete|proper|remainder|name|short|author|subtitle|responsibility)"
        r"(?: .*)?|title (?:of|as|in|with|from|on) .*|title ?[/|&:(\[-].*|short title|title 245.*|245.*",
    ),
    "author": (r"authors?|creators?|main entry|1(?:00|10|11).*", r"(?:author|creator|main.entry).*"),
    "date": (
        rf"{_PUBLISHED} {_TIME}|{_TIME} (?:of )?{_PUBLISHED}|{_TIME}[ -]?1|260 ?\$?c|264 ?\$?c",
        "years?",
        "dates?",
        rf"{_TIME} ?(?:2|[/|&(\[-].*)",
    ),
    "numbers": (
        r".*(?:is[bs]n|ismn|lccn).*|(?:[a-z]+ )?standard (?:number|no\b).*|0(?:10|20|22|24)\b.*"
        r"|(?:lc|library of congress) control (?:number|no\b).*",
    ),
    "format": (r"(?:material )?(?:format|type).*",),
}  # fmt: skip
NAMES = tuple(_RANKED)
_CAPTIONS = {name: [re.compile(each, re.I) for each in patterns] for name, patterns in _RANKED.items()}
# Captions over numbers that are no standard numbers. Any other column may have some, whatever it is called.
_OTHER = re.compile(
    r"\b(?:dates?|years?|time|counts?|copies|holdings?|symbols?|barcodes?|prices?|cost|call|pages?|size|volumes?|rank|ocns?|oclc"
    r"|worldcat|mms|bib|ids?|fields?|urls?|links?|phone|added|set|modified|updated|created|loans?|uses?|#|records?)\b|oclc|title",
    re.I,
)


def text_columns(captions: list[str], number: int) -> dict[str, tuple[int, ...]]:
    """Which columns have which texts, by their captions; `others`: those that may have standard numbers too.

    Args:
        captions: the cells of the header.
        number: the column of the OCNs.

    >>> text_columns(["OCLC Number", "Title ID", "Title", "Date Added", "Publication Year", "e-ISBN", "Identifier"], 0)
    {'title': (2,), 'author': (), 'date': (4,), 'numbers': (5,), 'format': (), 'others': (6,)}
    """
    words = [re.sub(r"[\s_]+", " ", caption.strip(' "\ufeff')) for caption in captions]
    found = {name: _best(words, patterns) for name, patterns in _CAPTIONS.items()}
    columns = {name: places if name == "numbers" else places[:1] for name, places in found.items()}
    taken = {number}.union(*found.values())
    others = tuple(i for i, text in enumerate(words) if i not in taken and not _OTHER.search(text))
    return columns | {"others": others}


def _best(words: list[str], patterns: list[re.Pattern[str]]) -> tuple[int, ...]:
    for pattern in patterns:
        if places := tuple(i for i, text in enumerate(words) if pattern.fullmatch(text)):
            return places
    return ()


# Digits as of a standard number, with blanks or hyphens between them; and what a spreadsheet makes of many digits.
_MAY_BE_NUMBER = re.compile(
    r"(?i)(?<![0-9])[0-9](?:[ -]?[0-9]){6,12}(?:[ -]?x)?(?![0-9])|[0-9](?:[.,][0-9]+)?e\+[0-9]+"
)
DAY = r"^\s*(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{2}|[0-9]{4}))(?:[T\s]|$)"
"""A day, as a cell has it. It is no date of publication: it may say when a holding was set."""


def may_be_number(cell: str) -> bool:
    """Whether a cell may have a standard number; a day has none.

    >>> [may_be_number(cell) for cell in ("0-306-40615-2 (pbk.)", "n 85002345", "2015-03-01", "12", "9.78E+12")]
    [True, True, False, False, True]
    """
    return _MAY_BE_NUMBER.search(cell) is not None and re.match(DAY, cell) is None
