"""Lists as libraries keep them, made at random with the truth beside: which OCNs a person would see in them.

Nothing here knows how lists are read. The same seed makes the same table.
"""

import random
from dataclasses import dataclass

RIGHT = (
    *("OCLC Number", "OCLC number", "OCN", "ocn", "OCNs", "OCLC_Number", "OCLC No.", "OCLC #", "OCLC#", "oclcNumber"),
    *(
        "OCLC Control Number",
        "OCLC Control Number (035a)",
        "035$a",
        "OCLC-Nummer",
        "OCLC-Nr.",
        "Numéro OCLC",
        "N° OCLC",
    ),
    *("Número OCLC", "Numero OCLC", "OCLC-nummer", "Numer OCLC", "Číslo OCLC", "OCLC番号", "OCLC 号", "OCLC numarası"),
    *("номер OCLC", "WorldCat number", "OCN held", "OCLC ID", "OCLC"),
)
WRONG = {
    "counter": ("No.", "#", "Row", "Lfd. Nr.", "N°", "", "Nr.", "序号"),
    "year": ("Year", "Date", "Jahr", "Année", "OCLC record year", "Publication year"),
    "copies": ("Copies", "Count", "OCLC holdings", "WorldCat holdings count", "Exemplare", "No. of OCNs", "Total"),
    "isbn": ("ISBN", "ISBN-13", "Standard number", "Number"),
    "barcode": ("Barcode", "Item", "Strichcode", "Number"),
    "mms": ("MMS ID", "Bib ID", "System number", "Record number", "LSN"),
    "local": ("Bib number", "Control number", "ID", "Number", "Old OCLC number", "Titelnummer"),
    "symbol": ("OCLC symbol", "Symbol", "Library"),
    "title": ("Title", "Titel", "Titre", "题名", "Title of OCLC record"),
    "author": ("Author", "Verfasser", "Auteur"),
}
TITLES = (
    *(
        "WorldCat OCLC report",
        "OCLC numbers of the branch",
        "List of titles held in WorldCat",
        "Bestandsliste WorldCat",
    ),
    *("Printed 21 July 2025", "2025-07-21", "Report no. 17", "Symbol: XYZ", "OCLC", "Liste des titres", "20250721"),
)
NAMES = (
    "Rivers",
    "Lakes of the north",
    "Cats, dogs; and birds",
    'The "big" book',
    "1984",
    "Atlas | maps",
    "Über Städte",
)
TOTALS = ("Total", "Total:", "Summe", "Grand total", "Count", "Anzahl", "Totale", "Total records")


@dataclass(frozen=True)
class Table:
    """A list as bytes, and the truth of it.

    Attributes:
        data: the file.
        ocns: the numbers that are OCNs, each once.
        is_clear: whether a person would see which they are, by a caption, prefixes, or because there is nothing else.
        kind: what is special in it, to count by.
    """

    data: bytes
    ocns: frozenset[int]
    is_clear: bool
    kind: str


def make_table(seed: int) -> Table:
    """One list; the seeds of a thousand vary everything that lists vary in."""
    chance = random.Random(seed)
    kind = chance.choice(
        ("named", "named", "named", "foreign", "headless", "prefixed", "plain", "plain", "other plain")
    )
    return _one_a_line(chance, kind) if "plain" in kind else _columns(chance, kind)


def _columns(chance: random.Random, kind: str) -> Table:
    mark = chance.choice(("\t", ";", ",", "|"))
    others = chance.sample(sorted(WRONG), chance.randint(1, 6))
    names = [*others, "ocn"] if kind != "foreign" or chance.random() < 0.5 else others
    chance.shuffle(names)
    count, style = chance.randint(2, 40), _style(chance, kind)
    ocns = _ocns(chance, count) if "ocn" in names else []
    rows = [[_cell(chance, name, at, ocns, style) for name in names] for at in range(count)]
    captions = [chance.choice(RIGHT if name == "ocn" else WRONG[name]) for name in names]
    if kind == "foreign":
        captions = [chance.choice(WRONG[chance.choice(others)]) if c in RIGHT else c for c in captions]
    header = [captions] if kind in ("named", "foreign") else []
    above = [
        [title] + [""] * chance.choice((0, 0, len(names) - 1)) for title in _titles(chance, has_header=bool(header))
    ]
    bad, good = _spoil(chance, rows, names, ocns)
    below = [_total(chance, names, count)] if "ocn" in names and chance.random() < 0.25 else []
    lines = [_line(row, mark, chance) for row in [*above, *header, *rows, *below]]
    if chance.random() < 0.2:
        lines.insert(0, f"sep={mark}")
    is_clear = kind == "named" or (kind == "prefixed" and not bad)
    return Table(_written(chance, lines), frozenset(good), is_clear and bool(good), kind)


def _one_a_line(chance: random.Random, kind: str) -> Table:
    count = chance.randint(2, 40)
    if kind == "other plain":
        name = chance.choice(("counter", "year", "copies", "isbn", "barcode", "mms", "isbn10", "day"))
        lines = [_cell(chance, name, at, [], "{0}") for at in range(count)]
        above = [chance.choice(WRONG.get(name, ("Number",)))] if chance.random() < 0.4 else []
        return Table(_written(chance, [*above, *lines]), frozenset(), is_clear=False, kind=kind)
    ocns = _ocns(chance, count)
    lines = [_style(chance, chance.choice(("bare", "prefixed"))).format(n) for n in ocns]
    above = chance.choice(([], [], [chance.choice(RIGHT)], ["WorldCat list", "", chance.choice(RIGHT)]))
    below = [chance.choice(TOTALS), str(count)] if chance.random() < 0.2 else []
    return Table(_written(chance, [*above, *lines, *below]), frozenset(ocns), is_clear=True, kind=kind)


def _ocns(chance: random.Random, count: int) -> list[int]:
    """OCNs of a library: mostly of eight to ten digits, some old ones, in order or not."""
    tops = (99_999, 9_999_999, 99_999_999, 999_999_999, 1_450_000_000)
    found = {chance.randint(chance.choice((2_500, 200_000)), chance.choice(tops[1:])) for _ in range(count)}
    if chance.random() < 0.2:
        found |= {chance.randint(1, tops[0])}
    numbers = sorted(chance.sample(sorted(found), min(count, len(found))))
    return numbers if chance.random() < 0.3 else chance.sample(numbers, len(numbers))


def _style(chance: random.Random, kind: str) -> str:
    prefixed = ("(OCoLC){0}", "ocm{0:08d}", "(OCoLC)ocm{0:08d} ", "(ocolc) {0}", "(OCoLC){0:08d}")
    bare = ("{0}", "{0}", "{0:08d}", "{0:010d}")
    return chance.choice({"prefixed": prefixed, "headless": bare, "bare": bare}.get(kind, (*bare, *prefixed)))


def _cell(chance: random.Random, name: str, at: int, ocns: list[int], style: str) -> str:
    match name:
        case "ocn":
            return style.format(ocns[at]) if at < len(ocns) else ""
        case "counter":
            return str(at + 1)
        case "year":
            return str(chance.randint(1900, 2025))
        case "copies":
            return str(chance.randint(1, 40))
        case "isbn":
            return f"978{chance.randint(0, 10**10 - 1):010d}"
        case "isbn10":
            return _isbn10(chance)
        case "barcode":
            return f"3{chance.randint(0, 10**13 - 1):013d}"
        case "mms":
            return f"99{chance.randint(10**9, 10**12)}0106001"
        case "local":
            return str(chance.randint(100_000, 9_999_999))
        case "day":
            return f"20{chance.randint(10, 25)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        case "symbol":
            return chance.choice(("XYZ", "ABC"))
        case _:
            return chance.choice(NAMES) if name == "title" else "Doe"


def _isbn10(chance: random.Random) -> str:
    digits = [chance.randint(0, 9) for _ in range(9)]
    check = sum(digit * (at + 1) for at, digit in enumerate(digits)) % 11
    return "".join(map(str, digits)) + ("X" if check == 10 else str(check))


def _spoil(
    chance: random.Random, rows: list[list[str]], names: list[str], ocns: list[int]
) -> tuple[set[int], set[int]]:
    """Some numbers come out in groups or mangled: nobody may read them; the others are the good ones."""
    bad = {n for n in ocns if n > 99_999 and chance.random() < 0.05}
    for at, number in enumerate(ocns):
        if number in bad:
            grouped = f"{number:,}"
            text = chance.choice((grouped.replace(",", " "), grouped.replace(",", "\u202f"), grouped.replace(",", "'")))
            rows[at][names.index("ocn")] = chance.choice((text, f"(OCoLC){text}", "4.0E+07", "n/a", "12x"))
    return bad, set(ocns) - bad


def _titles(chance: random.Random, *, has_header: bool) -> list[str]:
    some = chance.sample(TITLES, chance.choice((0, 0, 1, 2, 4)))
    blank = [""] * chance.choice((0, 1)) if some else []
    return [*some, *blank] if has_header else [title for title in some if not title.isdecimal()]


def _total(chance: random.Random, names: list[str], count: int) -> list[str]:
    """A line of totals: a word for it, or nothing, in the first other column, and the count below the OCNs."""
    row = ["" if name != "ocn" else str(count) for name in names]
    free = [at for at, name in enumerate(names) if name != "ocn"]
    row[free[0]] = chance.choice((*TOTALS, ""))
    return row


def _line(row: list[str], mark: str, chance: random.Random) -> str:
    quotes_all = chance.random() < 0.1
    cells = [cell.replace("\t", " ") for cell in row]
    if mark != "\t":
        cells = [f'"{c.replace(chr(34), chr(34) * 2)}"' if quotes_all or mark in c or '"' in c else c for c in cells]
    return mark.join(cells)


def _written(chance: random.Random, lines: list[str]) -> bytes:
    text = chance.choice(("\n", "\r\n")).join(lines) + chance.choice(("", "\n", "\n\n"))
    return text.encode(chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")))
