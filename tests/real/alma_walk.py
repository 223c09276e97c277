"""A library around the real Alma export: what OCLC answered, what WorldCat holds, what staff list, and what is true of it.

One symbol is retired (QXL), two are kept (QXU, QXS), and the holdings of one library move from QXU to QXS. Planted is what
happens to a title; what is true of each held number follows from that by the rules of practice.md 6.2, written here anew.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from alma_export import Title, read_titles

from datasync_lib.sample.exports import SentFile
from datasync_lib.sample.marc_bytes import iso2709
from datasync_lib.sample.oclc_answers import Job, Reports, Row, received_at

RETIRED, MAIN, SCIENCES = "QXL", "QXU", "QXS"
COLLECTIONS = {MAIN: "1095101", SCIENCES: "1095201"}
# library -> the symbol that had it, and the one that has it now
PLACES = {
    "MAIN": (MAIN, MAIN),
    "ROME": (MAIN, MAIN),
    "AMBLER": (MAIN, SCIENCES),
    "JAPAN": (SCIENCES, SCIENCES),
    "GINSBURG": (SCIENCES, SCIENCES),
    "MEDIA": (SCIENCES, SCIENCES),
    "HARRISBURG": (SCIENCES, SCIENCES),
    "CLAEDTECH": (SCIENCES, SCIENCES),
    "SCRC": (RETIRED, MAIN),
    "LAW": (RETIRED, MAIN),
    "BLOCKSON": (RETIRED, MAIN),
    "PODIATRY": (RETIRED, SCIENCES),
}
UNDECIDED = ("LAW", "reserve")
_LONGEST = 99_999

# What OCLC answers, oldest first: run, action, the number (own, other, none).
_USUAL = [("first", "match", "own")]
_ANSWERS = defaultdict(lambda: _USUAL) | {
    "found": [("first", "match", "other")],
    "unreported": [],
    "unresolved": [("first", "unresolved", "")],
    "failed later": [("first", "match", "own"), ("rerun", "unresolved", "")],
    "mended later": [("first", "unresolved", ""), ("rerun", "match", "own")],
    "changed": [("first", "match", "other")],
    "drifted": [("first", "match", "other"), ("rerun", "match", "own")],
    "merged": [("first", "match", "other")],
}
# Lists of staff, for the retired symbol or for all.
LISTS = ("lhrs", "commitments", "ill_requests", "kept_titles", "kb_holdings", "withdrawn_titles")
# What happens to so many titles that only one old symbol had: to those of the retired one, of the one that moves, of the main one.
PLANTED = {
    "unreported": (12, 6, 10),
    "unresolved": (10, 5, 6),
    "failed later": (6, 3, 4),
    "mended later": (8, 4, 4),
    "changed": (6, 3, 3),
    "drifted": (5, 0, 3),
    "merged": (9, 4, 5),
    "lost": (7, 6, 0),
    "set after": (8, 0, 4),
    "lhrs": (6, 0, 0),
    "commitments": (5, 2, 2),
    "ill_requests": (6, 0, 0),
    "closed request": (4, 0, 0),
    "kept_titles": (5, 0, 0),
    "withdrawn all the same": (3, 2, 2),
}


@dataclass
class Walk:
    """What is planted, and what WorldCat holds in the end.

    Attributes:
        answers: what OCLC answered on a title under each of its symbols: run, action, number.
        fate: what was planted on a title, by MMS ID.
        held: number -> the title that WorldCat's record has, by symbol; `before`: numbers of the older lists.
        listed: what staff list, as (list, symbol or None) -> numbers.
        unowned: numbers that no title has: text, number or nothing leads to one.
        merges: old number -> current number.
    """

    titles: list[Title]
    chance: random.Random
    fate: dict[str, str] = field(default_factory=dict)
    other: dict[str, int] = field(default_factory=dict)
    held: dict[str, dict[int, Title | None]] = field(default_factory=lambda: {s: {} for s in (RETIRED, MAIN, SCIENCES)})
    before: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    listed: dict[tuple[str, str | None], set[int]] = field(default_factory=lambda: defaultdict(set))
    unowned: dict[int, str] = field(default_factory=dict)
    merges: dict[int, int] = field(default_factory=dict)
    no_numbers: tuple[str, ...] = ("1.04576E+09", "1.04576E+09", "3.2E+07")
    owners: dict[int, list[Title]] = field(default_factory=lambda: defaultdict(list))
    _next: int = 1_480_000_000

    def new_number(self) -> int:
        """A number that stands nowhere in the export."""
        self._next += self.chance.randrange(3, 900)
        return self._next

    def record(self, number: int) -> int:
        """What WorldCat calls a number today."""
        return self.merges.get(number, number)

    def number(self, title: Title) -> int | None:
        """The number that is sent."""
        return title.numbers[0] if title.numbers else None

    def targets(self, title: Title) -> list[str]:
        """The symbols that its holdings go to now."""
        return sorted({PLACES[library][1] for library, _ in title.places})

    def old_symbols(self, title: Title) -> set[str]:
        """The symbols that its holdings come from."""
        return {PLACES[library][0] for library, _ in title.places}

    def is_sent(self, title: Title) -> bool:
        """Whether it takes part in the exchange."""
        is_out = title.is_host or is_microform(title) or len(iso2709(title.marc)) > _LONGEST
        return not is_out and any(place != UNDECIDED for place in title.places)

    def answers(self, title: Title) -> list[tuple[str, str, int | None]]:
        """What OCLC said of a title, the same under each of its symbols."""
        if title.is_deleted:
            return []
        numbers = {"own": self.number(title), "other": self.other.get(title.mms_id), "": None}
        usual = "" if title.numbers else "found"
        return [(run, action, numbers[which]) for run, action, which in _ANSWERS[self.fate.get(title.mms_id, usual)]]


def is_microform(title: Title) -> bool:
    """Whether it is kept out of the exchange on purpose."""
    return any("micro" in text.lower() for text in title.texts("245", "h"))


def plan(export: Path, seed: int = 1) -> Walk:
    """Decides what happens to each title, and what WorldCat and staff list of it."""
    walk = Walk(list(read_titles(export)), random.Random(seed))
    by_digits = defaultdict(list)
    for title in walk.titles:
        for number in title.digits:
            by_digits[number].append(title)
    walk.owners |= by_digits
    for title in walk.titles:
        if not title.numbers and walk.is_sent(title):
            walk.other[title.mms_id] = walk.new_number()
            walk.owners[walk.other[title.mms_id]].append(title)
    _plant(walk, [title for title in walk.titles if _is_plain(title, walk, by_digits)])
    for title in walk.titles:
        _hold(title, walk)
    _hold_what_nobody_has(walk)
    return walk


def _is_plain(title: Title, walk: Walk, by_digits: dict[int, list[Title]]) -> bool:
    """Whether a title is one on which something can be planted: sent, and alone with its number."""
    is_alone = bool(title.numbers) and len(by_digits[title.numbers[0]]) == 1
    return is_alone and not title.is_deleted and walk.is_sent(title) and UNDECIDED not in title.places


def _plant(walk: Walk, plain: list[Title]) -> None:
    walk.chance.shuffle(plain)
    pools = [
        [title for title in plain if {library for library, _ in title.places} <= libraries]
        for libraries in ({"SCRC", "LAW", "BLOCKSON", "PODIATRY"}, {"AMBLER"}, {"MAIN", "ROME"})
    ]
    for fate, counts in PLANTED.items():
        for pool, count in zip(pools, counts, strict=True):
            for _ in range(count):
                _let(fate, pool.pop(), walk)


def _let(fate: str, title: Title, walk: Walk) -> None:
    """Something happens to a title."""
    walk.fate[title.mms_id], number = fate, title.numbers[0]
    if fate in ("changed", "drifted", "merged"):
        walk.other[title.mms_id] = other = walk.new_number()
        walk.owners[other].append(title)
        if fate == "merged":
            walk.merges[number] = other
    if fate == "withdrawn all the same":
        walk.listed["withdrawn_titles", None].add(number)
    elif fate in LISTS:
        walk.listed[fate, None if fate == "commitments" else RETIRED].add(number)
    elif fate == "closed request":
        walk.listed["closed", RETIRED].add(number)


def _hold(title: Title, walk: Walk) -> None:
    """WorldCat holds a title where it was, and where an answer set it since."""
    fate, number = walk.fate.get(title.mms_id), walk.number(title)
    answers = walk.answers(title) if walk.is_sent(title) else []
    for symbol in walk.old_symbols(title) if number and not title.is_host else ():
        numbers = {"changed": (number, walk.other.get(title.mms_id)), "drifted": (number, walk.other.get(title.mms_id))}
        for each in numbers.get(fate, (number,)):
            walk.held[symbol][each if symbol == SCIENCES else walk.record(each)] = title
            if fate != "set after":
                walk.before[symbol].add(each)
    for symbol in walk.targets(title) if answers and fate != "lost" else ():
        for _, action, answered in answers:
            if action == "match" and answered:
                walk.held[symbol].setdefault(answered, title)


def _hold_what_nobody_has(walk: Walk) -> None:
    """Numbers that no title has: WorldCat's text is that of one, or of none; its ISBN is; staff list it."""
    spare = [t for t in walk.titles if t.numbers and t.mms_id not in walk.fate and len(t.texts("245", "a")[0]) > 25]
    walk.chance.shuffle(spare)
    for symbol, counts in ((RETIRED, (10, 5, 14, 6, 4)), (MAIN, (6, 4, 12, 5, 0)), (SCIENCES, (0, 0, 8, 4, 0))):
        kinds = ("text", "isbn", "nothing", "withdrawn_titles", "kb_holdings")
        for kind, count in zip(kinds, counts, strict=True):
            for _ in range(count):
                number = walk.new_number()
                wants = kind == "isbn"
                title = next(t for t in spare if not wants or t.texts("020", "a")) if kind in ("text", "isbn") else None
                if title:
                    spare.remove(title)
                walk.unowned[number] = kind
                walk.held[symbol][number] = title
                walk.before[symbol].add(number)
                if kind in LISTS:
                    walk.listed[kind, symbol].add(number)


def play(walk: Walk, raw: Path) -> None:
    """Sends every title under each of its symbols, and writes what OCLC answers."""
    files = {
        (symbol, way): SentFile(symbol, str(int(id_) + at), f"{way}.20250721")
        for symbol, id_ in COLLECTIONS.items()
        for at, way in enumerate(("numbered", "others"))
    }
    rows, staging = defaultdict(list), 1_600_000_000
    for title in walk.titles:
        number = walk.number(title)
        for symbol in walk.targets(title) if walk.is_sent(title) else ():
            file = files[symbol, "numbered" if number else "others"]
            offset = file.write(raw / "sent", iso2709(title.marc))
            for run, action, answered in walk.answers(title):
                result, staging = (staging + 7, staging + 7) if action == "unresolved" else (answered, staging)
                messages = (("Validation Error", "CRITICAL", "Record is sparse."),) if action == "unresolved" else ()
                job = Job(symbol, file.collection, file.name, received_at(run, file.collection, 1))
                rows[job].append(Row(offset, title.mms_id, number, result, action, messages, action == "unresolved"))
    for file in files.values():
        file.close()
    with Reports(raw / "reports", walk.chance) as reports:
        for job, of_job in rows.items():
            reports.write(job, of_job)


# What is true, by practice.md 6.2.


def truth(walk: Walk) -> dict[tuple[str, int], tuple[str, str]]:
    """Class and answer of each held number."""
    return {(symbol, number): _class(symbol, number, walk) for symbol, held in walk.held.items() for number in held}


def _class(symbol: str, number: int, walk: Walk) -> tuple[str, str]:
    record, is_retired = walk.record(number), symbol == RETIRED
    names = {record, *(old for old, current in walk.merges.items() if current == record)}
    near = {title.mms_id: title for name in sorted(names) for title in walk.owners[name] if not title.is_deleted}
    owners = [title for title in near.values() if names & {*title.numbers, walk.other.get(title.mms_id)}]
    if _is_listed(("lhrs", "commitments"), symbol, names, walk):
        return "lhr_or_retention", "hold"
    if _is_listed(("ill_requests",), symbol, names, walk):
        return "open_ill", "hold"
    if any(walk.fate.get(title.mms_id) in ("unresolved", "failed later", "changed") for title in owners):
        return "in_error", "hold"
    if len(owners) < len(near):
        return "doubtful_owner", "hold"
    if any(UNDECIDED in title.places for title in owners):
        return "undecided_place", "hold"
    if _is_listed(("kept_titles",), symbol, names, walk):
        return "decided_keep", "hold" if is_retired else "keep"
    if _is_listed(("kb_holdings",), symbol, names, walk):
        return "kb_managed", "keep"
    if not names & walk.before[symbol]:
        return "set_after_extract", "hold" if is_retired else "keep"
    if not owners:
        return _class_of_unowned(symbol, number, walk)
    return _class_of_owned(symbol, names, owners, walk)


def _is_listed(kinds: Iterable[str], symbol: str, names: set[int], walk: Walk) -> bool:
    return any(names & walk.listed[kind, of] for kind in kinds for of in (symbol, None))


def _class_of_unowned(symbol: str, number: int, walk: Walk) -> tuple[str, str]:
    kind = walk.unowned.get(number, "deleted")
    if kind in ("text", "isbn", "deleted"):
        return "text_or_number_hit", "review"
    if kind == "withdrawn_titles":
        return "withdrawn", "delete"
    return ("not_yet_classed", "review") if symbol == SCIENCES else ("not_in_catalogue", "delete")


def _class_of_owned(symbol: str, names: set[int], owners: list[Title], walk: Walk) -> tuple[str, str]:
    if any(walk.fate.get(title.mms_id) == "lost" for title in owners):
        return "not_on_target_list", "hold"
    safe = [title for title in owners if _is_confirmed(title, names, walk)]
    at_home = any(symbol in (walk.old_symbols(t) if symbol == RETIRED else walk.targets(t)) for t in owners)
    if len(safe) == len(owners) and (symbol == RETIRED or at_home):
        return "covered", "delete" if symbol == RETIRED else "keep"
    if any(walk.fate.get(title.mms_id) == "drifted" for title in owners):
        return "drifted", "delete" if symbol == RETIRED else "review"
    if len(safe) < len(owners) and all(title in safe or is_microform(title) or title.is_host for title in owners):
        return "excluded_by_policy", "review"
    if at_home:
        return "owned_unconfirmed", "hold"
    there = all(names & walk.held[target].keys() for title in owners for target in walk.targets(title))
    return "owned_elsewhere", "delete" if there else "hold"


def _is_confirmed(title: Title, names: set[int], walk: Walk) -> bool:
    """Whether the last answer on a title names the number, and each of its holdings has a place."""
    last = walk.answers(title)[-1:] if walk.is_sent(title) else []
    return bool(title.places) and any(action == "match" and number in names for _, action, number in last)
