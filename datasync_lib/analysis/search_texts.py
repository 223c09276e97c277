"""Titles, names, years and numbers made ready for the search in the catalogue: of a list's entry and of a bib alike.

A wrong «not in the catalogue» is a wrong deletion, so texts are folded further here than for a comparison of two records
(`texts.py`): letters that do not come apart, the umlauts of transliteration, words for «and», articles of more languages.
What is folded alike is only a candidate; whether two records agree is judged by `search_hits`.
"""

import polars as pl

from .texts import numbers_in, prepared, years_in

# Titles are found by so many letters at their beginning (duplicates.md E9); a shorter one by its whole words.
BEGINNING = 12
# Two of its three longest words, or its author and one of these, find a title too; shorter words say nothing.
_LONG_WORDS, _LONG_WORD = 5, 4
# No year is told: from and until.
NO_YEAR, NO_END = 0, 9999

_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
_UMLAUTS = {"ae": "a", "oe": "o", "ue": "u"}
_AND = r"\b(?:and|und|et|y|e)\b"
_ARTICLES = r"^(?:an?|the|l[eao]s?|l|un[eao]?|une|d(?:er|ie|as|em|en|es|e|et)|ein(?:e|en|em|er|es)?|el|il|gli|i|os?|as|um|uma|het|al) "
# 245 $h stands within the title in some lists, and what follows the slash is no title.
_MATERIAL = (
    r"(?i)\[[^\]]*(?:resource|ressource|micro|record|computer|text|music|map|graphic|picture|kit|print|film)[^\]]*\]"
)
_RESPONSIBILITY = r"\s/\s.*$"
_PART, _SEPARATOR = r"\s*[.;:]\s+", "\x1f"
_NO_TITLE = (
    r"^(?:untitled|no title.*|title (?:unknown|not .*)|unknown(?: title)?|not available|null|none|n ?a|title|s t|"
    r"sans titre|(?:ohne|kein) titel|(?:sin|sem) titulo|senza titolo)$"
)
# Letters that an earlier program could not read, or read in another encoding.
_DAMAGED = "\ufffd|\\p{L}\\?+\\p{L}|[\u00c3\u00c2\u00d0\u00d1\u0102][\u0080-\u00bf]"
_OPEN = r"(?:[0-9?][\]?]?\s*[-\u2013]\s*[\].]*\s*$|9999)"

# Fewer digits are no number that a publisher or a national library gives.
_SHORTEST_NUMBER = 7
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_TENS = (("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))


def _roman(number: int) -> str:
    digits = ""
    for letters, value in _TENS:
        digits += letters * (number // value)
        number %= value
    return digits


_ROMANS = {_roman(number): str(number) for number in range(1, 200)}


def title_words(title: pl.Expr) -> pl.Expr:
    """A title as the search sees it: folded, without the word for «and» and the article at its beginning; null: none.

    >>> frame = pl.DataFrame({"title": ["Die Müllerin & der Fluß / M. M.", "Mullerin und der Fluss", "[Untitled]"]})
    >>> frame.select(title_words(pl.col("title")))["title"].to_list()
    ['mullerin der fluss', 'mullerin der fluss', None]
    """
    whole = folded(title.str.replace_all(_MATERIAL, " ").str.replace(_RESPONSIBILITY, ""))
    # Each text is written once or twice here, so that it is folded as often: eager frames know of no common parts.
    plain = _blanks(whole.str.replace_all(_AND, " ")).replace("", None)
    return pl.coalesce(plain, whole).str.replace(_ARTICLES, "").str.replace(_NO_TITLE, "").replace("", None)


def folded(text: pl.Expr) -> pl.Expr:
    """A text for comparison (`texts.prepared`), with letters that do not come apart and transliterated umlauts alike."""
    plain = prepared(text).str.replace_many(list(_LETTERS), list(_LETTERS.values()))
    return plain.str.replace_many(list(_UMLAUTS), list(_UMLAUTS.values()))


def _blanks(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(" +", " ").str.strip_chars()


def is_damaged(title: pl.Expr) -> pl.Expr:
    """Whether letters of a title were lost, so that it cannot be searched for."""
    return title.str.contains(_DAMAGED)


def titles_in(title: pl.Expr) -> pl.Expr:
    """The titles in a title, as a list: all of it, and each parallel title by itself (ISBD: after an equals sign)."""
    parts = title.str.split(" = ")
    return pl.concat_list(title, parts).list.unique(maintain_order=True).list.drop_nulls()


def titles_behind(title: pl.Expr) -> pl.Expr:
    """What may be a title behind that of a series, or of the whole, as a list: each part behind a point, semicolon or colon.

    Parts as short as «a reader» or «volume 3» are none.

    >>> frame = pl.DataFrame({"title": ["Lecture notes ; 12. Rivers of the north : a guide / J. Doe", "Rivers"]})
    >>> frame.select(titles_behind(pl.col("title")))["title"].to_list()
    [['Rivers of the north'], []]
    """
    plain = title.str.replace(_RESPONSIBILITY, "").str.replace_all(_PART, _SEPARATOR)
    return plain.str.split(_SEPARATOR).list.slice(1).list.eval(pl.element().filter(is_long(pl.element())))


def is_long(title: pl.Expr) -> pl.Expr:
    """Whether a part of a title has as many letters as titles are found by, so that it says something by itself."""
    return title.str.count_matches(r"[\p{L}\p{N}]") >= BEGINNING


def span_of_years(date1: pl.Expr, date2: pl.Expr, publication_date: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The first and the last year that a record says of its publication; NO_YEAR and NO_END where it says none."""
    years = years_in(date1, date2, publication_date)
    is_open = (date2 == "9999").fill_null(False) | publication_date.str.contains(_OPEN).fill_null(False)
    first = years.list.min().fill_null(NO_YEAR)
    last = pl.when(is_open).then(NO_END).otherwise(years.list.max().fill_null(NO_END))
    return first.cast(pl.Int64), last.cast(pl.Int64)


def without_numbers(words: pl.Expr) -> pl.Expr:
    """Prepared words without what is a number, Roman or not."""
    return words.str.split(" ").list.set_difference(numbers_in(words)).list.join(" ")


def span_of_numbers(words: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The smallest and the greatest number in a title, Roman ones too; null: it has none."""
    plain = numbers_in(words).list.eval(pl.element().replace(_ROMANS).cast(pl.Int64, strict=False))
    return plain.list.min(), plain.list.max()


def letters_of(words: pl.Expr) -> pl.Expr:
    """The letters of prepared words, one behind the other."""
    return words.str.replace_all(" ", "", literal=True)


def beginning_keys(titles: pl.DataFrame) -> pl.LazyFrame:
    """Under which key is a part of a title looked for that may be a title by itself: its beginning alone, as `title_keys`.

    Most such parts say of what kind a thing is, «letters and diaries»: they agree with what begins so, not with what has it
    somewhere.
    """
    letters = letters_of(title_words(pl.col("text")))
    is_long_enough = letters.str.len_chars() >= BEGINNING
    return titles.lazy().filter(is_long_enough).select("title", key=_beginning(letters).hash(1))


def _beginning(letters: pl.Expr) -> pl.Expr:
    return pl.format("begins {}", letters.str.slice(0, BEGINNING))


def title_keys(titles: pl.DataFrame, *, is_entry: bool) -> pl.LazyFrame:
    """Under which keys are titles looked for?

    The keys: the beginning of the title, two of its longest words, the name that its author begins with and one of them. A
    title shorter than a beginning is looked for among whole words: as the beginning of a longer one, and the other way
    round, so that a title that was cut off finds the whole.

    Args:
        titles: title (which one it is), text, author.
        is_entry: whether they are of entries that are searched for, not of the bibs among which.

    Returns:
        title, key (a hash), some of them twice; a title of which no word is left has none.
    """
    worded = titles.with_columns(words=title_words(pl.col("text"))).drop_nulls("words")
    name = folded(pl.col("author")).str.extract(r"^(\S+)").alias("name")
    longest = _longest_words(worded).join(worded.select("title", name), on="title", how="left")
    together = [pl.concat_list(one, other) for one, other in (("_0", "_1"), ("_0", "_2"), ("_1", "_2"))]
    of_words = [
        *(pl.format("words {}", two.list.sort().list.join(" ", ignore_nulls=False)) for two in together),
        *(pl.format("author {} {}", "name", f"_{place}") for place in range(_LONG_WORDS)),
    ]
    keyed = [
        *(worded.lazy().select("title", key=key) for key in _beginnings(pl.col("words"), is_entry=is_entry)),
        *(longest.lazy().select("title", key=key) for key in of_words),
    ]
    return pl.concat(each.drop_nulls("key").with_columns(pl.col("key").hash(1)) for each in keyed)


def _beginnings(words: pl.Expr, *, is_entry: bool) -> list[pl.Expr]:
    """The keys of the beginning of a title."""
    letters = letters_of(words)
    is_short = letters.str.len_chars() < BEGINNING
    whole, part = ("short", "longer") if is_entry else ("longer", "short")
    first = (words + " ").str.slice(0, 2 * BEGINNING)
    parts = [letters_of(first.str.extract(rf"^((?:\S+ ){{{count}}})")) for count in range(1, 7)]
    return [
        pl.when(~is_short).then(_beginning(letters)),
        pl.when(is_short).then(pl.format("{} {}", pl.lit(whole), letters)),
        pl.when(is_short).then(pl.format("{} {}", pl.lit(part), letters)),
        *(pl.when(text.str.len_chars() < BEGINNING).then(pl.format("{} {}", pl.lit(part), text)) for text in parts),
    ]


def _longest_words(worded: pl.DataFrame) -> pl.DataFrame:
    """The longest words of each title: title, _0 (the longest), _1 and so on (null: there are no more)."""
    size = pl.col("word").str.len_chars()
    each = worded.select("title", word=pl.col("words").str.split(" ")).explode("word")
    long = each.filter(size >= _LONG_WORD).unique().sort("title", size, "word", descending=[False, True, False])
    lists = long.group_by("title", maintain_order=True).agg(pl.col("word").head(_LONG_WORDS))
    return lists.select(
        "title", *(pl.col("word").list.get(at, null_on_oob=True).alias(f"_{at}") for at in range(_LONG_WORDS))
    )


def written_numbers(text: pl.Expr) -> pl.Expr:
    """The standard numbers that may stand in a text, as a list: digits without what separates them, X at the end.

    >>> frame = pl.DataFrame({"text": ["0-306-40615-2 9780306406157", "n 85-2", "0 306 40615 2 (pbk.)", "none"]})
    >>> frame.select(written_numbers(pl.col("text")))["text"].to_list()
    [['0306406152', '9780306406157'], ['85000002'], ['0306406152'], []]
    """
    bare = text.str.replace_all(r"\([^()]*\)|\p{Cf}", "")
    plain = bare.str.replace_all(r"\p{Pd}", "-").str.to_uppercase()
    runs = plain.str.extract_all(r"[0-9][0-9-]*X?").list.eval(pl.element().str.replace_all("-", "", literal=True))
    hyphened = plain.str.extract_all(r"\b(?:[A-Z]{0,3}[0-9]{2}|[0-9]{4})-[0-9]{1,6}\b").list.eval(_filled_up())
    together = plain.str.replace_all("[ -]", "")
    one = pl.when(together.str.contains(r"^(?:[0-9]{8,10}|[0-9]{13}|[0-9]{7,9}X)$")).then(together)
    long_enough = pl.element().filter(pl.element().str.len_chars() >= _SHORTEST_NUMBER)
    return pl.concat_list(runs, hyphened, one).list.drop_nulls().list.eval(long_enough).list.unique(maintain_order=True)


def _filled_up() -> pl.Expr:
    """An LCCN with a hyphen as one without: six digits behind it."""
    parts = pl.element().str.replace_all("[A-Z]", "").str.split("-")
    return parts.list.first() + parts.list.last().str.zfill(6)


def number_keys(value: pl.Expr) -> list[pl.Expr]:
    """Under what a standard number is looked for: its digits, and an ISBN without prefix and check digit.

    ISBN-10 and ISBN-13 are alike so, and a wrong check digit hides nothing. An ISBN of nine digits (SBN) lacks the zero at
    its beginning; of an LCCN the digits count.

    >>> frame = pl.DataFrame({"value": ["9780306406157", "0306406153", "306406152", "0378-5955", "n78890351"]})
    >>> frame.select(one=number_keys(pl.col("value"))[0], stem=number_keys(pl.col("value"))[1]).rows()
    [('9780306406157', '030640615'), ('0306406153', '030640615'), ('306406152', '030640615'), ('03785955', None), \
('78890351', None)]
    """
    number = value.str.to_uppercase().str.replace_all("-", "", literal=True).str.strip_chars_start(_CAPITALS)
    size = number.str.len_chars()
    stem = (
        pl.when(size == 10)
        .then(number.str.head(9))
        .when((size == 13) & number.str.starts_with("978"))
        .then(number.str.slice(3, 9))
        .when(size == 13)
        .then(number.str.head(12))
        .when(size == 9)
        .then(pl.lit("0") + number.str.head(8))
    )
    return [number, stem]
