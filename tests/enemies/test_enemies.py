"""Kinds that speak against a deletion in a shape that is easily missed, and controls that go: each gets what it must get.

A tool that lets one of them go is wrong, and so is one that always holds (practice.md 6.2).
"""

from collections.abc import Callable
from pathlib import Path

import kinds_of_answers
import kinds_of_catalogues
import kinds_of_evidence
import kinds_of_lists
import kinds_of_owners
import kinds_of_places
import kinds_of_records
import kinds_of_refusals
import kinds_of_rows
import pytest
from small_library import FULL, KEP2, KEPT, LAWS, MAP, At, Kind, files_of, settings, worldcat, zipped

from datasync_lib.project import Project

Held = dict[tuple[str, int], str]
LIST = "worldcat/worldcat.{}.{}.list.{}"
AFTER, BEFORE = "20251001", "20250825"


def loaded(folder: Path, files: dict[str, bytes], toml: str | None = None, map_: str = MAP) -> Held:
    """What a library answers to each number that is held: the answer and the class."""
    for name, data in files.items():
        path = folder / "data" / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "datasync.toml").write_text(toml or settings(), "utf-8")
    (folder / "location_map.csv").write_text(map_, "utf-8")
    Project(folder).load(progress=False)
    held = Project(folder).table("held_numbers").collect()
    return {(row["symbol"], row["ocn"]): f"{row['answer']} {row['class']}" for row in held.to_dicts()}


def lists_of(must: Held, day: str = AFTER) -> dict[str, bytes]:
    """A list of each symbol of what is held under it."""
    symbols = {symbol for symbol, _ in must}
    return {
        LIST.format(symbol.replace("@", "_64"), day, "mrc"): b"".join(worldcat(n) for s, n in must if s == symbol)
        for symbol in symbols
    }


def not_as_it_must(found: Held, must: Held) -> Held:
    """What a library answers otherwise than it must; `held` is any answer but delete."""
    wrong = {}
    for key, expected in must.items():
        answer, _, class_ = found.get(key, "missing ").partition(" ")
        wanted, _, of_class = expected.partition(" ")
        is_right = answer not in ("delete", "missing") if wanted == "held" else answer == wanted
        if not is_right or class_ != (of_class or class_):
            wrong[key] = f"{answer} {class_}, and must be {expected}"
    return wrong


MODULES = (
    kinds_of_owners,
    kinds_of_answers,
    kinds_of_evidence,
    kinds_of_rows,
    kinds_of_records,
    kinds_of_refusals,
    kinds_of_catalogues,
    kinds_of_places,
    kinds_of_lists,
)
ALL = {kind.__name__: kind for module in MODULES for kind in module.KINDS}


@pytest.fixture(scope="module")
def everything(tmp_path_factory) -> tuple[Held, Held]:
    """What a library of all kinds answers, and what it must."""
    files, must = files_of(ALL)
    map_ = MAP + kinds_of_owners.MAP_OF_TARGETS + kinds_of_places.MAP_OF_PLACES
    return loaded(tmp_path_factory.mktemp("all"), files | lists_of(must), map_=map_), must


@pytest.mark.parametrize("name", ALL)
def test_a_kind_gets_what_it_must_get(everything, name):
    found, must = everything
    first = At("", 1000 * (1 + list(ALL).index(name))).ocn(0)
    mine = {key: each for key, each in must.items() if first < key[1] < first + 1000 or key[1] > 10**9}
    assert not_as_it_must(found, mine) == {}


def library(make: Callable[[At], Kind]) -> tuple[dict[str, bytes], Held, At]:
    """A library of one kind: its files, what its numbers must get, and its numbers."""
    files, must = files_of({"one": make})
    return files, must, At("one", 1000)


def test_lists_of_several_days(tmp_path):
    """What vanished and came back was set anew; the newest of the target's lists that is later than the answer decides."""
    files, must, at = library(
        lambda _: Kind(
            dict.fromkeys((1, 2, 6), "delete covered")
            | {3: "hold not_on_target_list"}
            | dict.fromkeys((4, 5), "held set_after_extract")
        )
    )
    days = {
        ("OLDA", "20250801"): (1, 2, 3, 4, 6),
        ("OLDA", BEFORE): (1, 2, 3, 6),
        ("OLDA", AFTER): (1, 2, 3, 4, 5, 6),
        ("NEWA", "20250902"): (1, 3),
        ("NEWA", "20250915"): (1, 3),
        ("NEWA", "20250925"): (1, 2, 4, 5, 6),
    }
    lists = {
        LIST.format(*of, "mrc"): b"".join(worldcat(at.ocn(i), title=at.title(i)) for i in numbers)
        for of, numbers in days.items()
    }
    assert not_as_it_must(loaded(tmp_path, files | lists), must) == {}


def test_what_was_deleted_and_is_there_again_was_set_anew(tmp_path):
    """The list from before the extract has it, the one after a first deletion has not, and the newest one has it again."""
    files, must, at = library(
        lambda at: Kind(
            dict.fromkeys((1, 4), "delete covered") | dict.fromkeys((2, 3), "hold set_after_extract"),
            files=at.merged(4, 904),
        )
    )
    # 4 was listed under its old number
    days = {BEFORE: (1, 2, 4), "20250912": (1, 3, 904), "20250920": (1, 2, 904), AFTER: (1, 2, 3, 4)}
    lists = {
        LIST.format("OLDA", day, "txt"): "".join(f"{at.ocn(i)}\n" for i in of).encode() for day, of in days.items()
    }
    assert not_as_it_must(loaded(tmp_path, files | lists), must) == {}


def test_a_list_that_went_through_a_spreadsheet_and_a_target_whose_list_is_old(tmp_path):
    """Rows of which the number is lost are told as such; a list from before the answers says nothing of them."""
    files, must, at = library(lambda _: Kind(dict.fromkeys((1, 2), "delete covered")))
    rows = f"{at.ocn(1)};Ä\n{at.ocn(2)};B\n{at.ocn(2)};B\n4.001004E+06;C\n1.04576E+09;D\n"
    lists = {
        LIST.format("OLDA", AFTER, "csv"): f"\ufeffOCLC Number;Title\n{rows}".encode(),
        LIST.format("NEWA", "20250902", "txt"): f"{at.ocn(50)}\n{at.ocn(51)}\n".encode(),
    }
    found = loaded(tmp_path, files | lists)
    assert not_as_it_must(found, must) == {}
    assert found["OLDA", None] == "review ambiguous_number"


def test_states_of_the_catalogue(tmp_path):
    """The bytes of an export that come again are a new state; of an older state an owner is not active."""
    files, must, _ = library(
        lambda at: Kind(
            {1: "delete covered", 2: "held", 3: "delete covered"},
            own=(1, 2, 3),
            files={
                "catalogue/old.mrc": at.has(3) + at.has(103, 3, at="LAW"),
                "catalogue/full_1.mrc": at.has(1) + at.has(2, at="LAW") + at.has(3),
                "catalogue/full_2.mrc": at.has(1) + at.has(2) + at.has(3),
                "catalogue/full_3.mrc": at.has(1) + at.has(2, at="LAW") + at.has(3),
                "catalogue/full_20250901_one.mrc": "",
                **at.report("20250905", *map(at.took, (1, 2, 3))),
            },
        )
    )
    days = {"old": 25, "full_1": 26, "full_2": 28, "full_3": 30}
    toml = settings({name: (f"2025-08-{day}", "full", "bib") for name, day in days.items()})
    assert not_as_it_must(loaded(tmp_path, files | lists_of(must), toml), must) == {}


@pytest.mark.parametrize(
    ("row", "whose"),
    [
        # a number in the quotes of a spreadsheet is that number
        ('"{whole}"||1600000002|unresolved', 2),
        ("'{whole}||1600000002|data error", 2),
        # of one that lost its digits nobody can tell whose it is
        ("9.9{short}E+17||1600000002|unresolved", None),
        ("{cut}||1600000002|processing error", None),
        ("{cut}.0||1600000002|unresolved", None),
        # but for the number that was sent with it; and a whole one is of a bib that is not there
        ("9.9E+17|{ocn}|1600000002|unresolved", 2),
        ("9912345678903941||1600000002|unresolved", 0),
    ],
)
def test_a_refusal_says_whose_it_is_or_holds_everything(tmp_path, row, whose):
    files, must, at = library(lambda _: Kind(dict.fromkeys((1, 2), "delete covered")))
    whole = at.mms(2)
    refused = row.format(whole=whole, short=whole[2:5], cut=whole[:-4] + "0000", ocn=at.ocn(2))
    if whose is None:
        must = dict.fromkeys(must, "hold list_not_read")
    elif whose:
        must[next(key for key in must if key[1] == at.ocn(whose))] = "hold in_error"
    found = loaded(
        tmp_path, files | lists_of(must) | {k: v.encode() for k, v in at.report("20250912", refused).items()}
    )
    assert not_as_it_must(found, must) == {}


def test_symbols_that_are_kept(tmp_path):
    """What is covered stays; what is moved, withdrawn or searched for in vain goes; what anything speaks for is looked at."""
    stays, gone, moved, hit = (
        "keep covered",
        "delete not_in_catalogue",
        "delete owned_elsewhere",
        "review text_or_number_hit",
    )
    answers = {
        **{
            2: stays,
            3: "hold owned_unconfirmed",
            4: gone,
            5: "keep set_after_extract",
            6: "delete withdrawn",
            7: hit,
            8: hit,
        },
        **{9: gone, 10: "held open_ill", 11: "keep", 12: hit, 21: moved, 22: "held", 23: "held", 24: stays, 25: "held"},
    }

    def make(at: At) -> Kind:
        other = {"year": 1930, "title": "Poems for the long winter evenings"}
        bibs = (
            *(at.has(i, at="SCI") for i in (2, 3, 24, 25)),
            *(at.has(i, at="ART") for i in (21, 22, 23)),
            *(at.has(100 + i, i, at="ART") for i in (24, 25)),
            at.bib(107, "020 $a0306406152", "035 $a(OCoLC)77007", at="SCI"),
            at.bib(108, at="SCI", title="A history of the lighthouse keepers of Maine", year=1961),
            at.bib(109, at="SCI", **other),
            at.bib(112, "010 $a   75425165 //r75", at="SCI"),
        )
        moves = [at.took(21), at.took(22), at.took(124, number=24), at.took(125, number=25)]
        return Kind(
            {("KEPT", i): answer for i, answer in answers.items()},
            records=b"".join(bibs),
            files={
                **at.report("20250906", at.took(2), at.took(24), as_=("KEPT", KEPT)),
                **at.report("20250907", *moves, as_=("KEP2", KEP2)),
                **at.merged(2, 11),
                "withdrawn_titles.csv": f"OCN,withdrawn on\n{at.ocn(6)},2025-01-05\n",
                "ill_requests.csv": f"symbol,ocn,status\nKEPT,{at.ocn(10)},Shipped\n",
            },
        )

    files, must, at = library(make)
    said = {
        7: worldcat(at.ocn(7), "020 $a978-0-306-40615-7 (pbk.)"),
        8: worldcat(at.ocn(8), title="History of the light-house keepers of Maine", year=1961),
        9: worldcat(at.ocn(9), title="Poems for the long winter evenings", year=1985),
        12: worldcat(at.ocn(12), "010 $a75-425165"),
    }
    records = {i: said.get(i) or worldcat(at.ocn(i), title=at.title(i) if i > 20 else "") for i in answers}
    lists = {
        LIST.format("KEPT", BEFORE, "mrc"): b"".join(record for i, record in records.items() if i != 5),
        LIST.format("KEPT", AFTER, "mrc"): b"".join(records.values()),
        LIST.format("KEP2", AFTER, "mrc"): b"".join(records[i] for i in (21, 24, 25)),
    }
    assert not_as_it_must(loaded(tmp_path, files | lists), must) == {}


def test_a_list_in_two_parts_of_neighbouring_days_is_questioned(tmp_path):
    files, _, at = library(lambda _: Kind({1: "hold list_not_read", 2: "held"}))
    days = {"20250930": (2, 3, 4), AFTER: (1, 5)}
    lists = {
        LIST.format("OLDA", day, "txt"): "".join(f"{at.ocn(i)}\n" for i in of).encode() for day, of in days.items()
    }
    assert loaded(tmp_path, files | lists)["OLDA", at.ocn(1)] == "hold list_not_read"


REPORT = At("other", 0).report_name("20250912")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("notes/special cases.docx", zipped("word/document.xml", b"<w>keep them</w>")),
        ("lhrs_OLDA.xlsx", zipped("xl/workbook.xml", b"<workbook/>")[:60]),
        ("lhrs_OLDA.csv", b"Foo,Bar\nx,y\n"),
        (f"{REPORT}.zip", zipped("report.txt", b"x" * 99)[:80]),
        ("reports/NEWA unresolved.xlsx", zipped("xl/workbook.xml", b"<workbook/>")[:60]),
        ("reports/NEWA scan delete 20250915.7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(range(200, 250))),
        ("metacoll.OLDA.lhr.D20250920.T213015.1.mrc", At("other", 0).mfhd(7)),
        ("metacoll.OLDA.datasync.20250920.mrc", worldcat(40_000_007) + At("other", 0).mfhd(7)),
    ],
    ids=[
        "text of Word",
        "cut workbook",
        "no column of numbers",
        "cut archive",
        "lost workbook",
        "foreign archive",
        "LHRs of OCLC",
        "LHRs among bibs",
    ],
)
def test_what_nobody_can_read_holds_until_it_is_set_aside(tmp_path, name, data):
    files, must, _ = library(lambda _: Kind({1: "hold list_not_read", 2: "hold list_not_read"}))
    given = files | lists_of(must) | {name: data}
    assert not_as_it_must(loaded(tmp_path / "there", given), must) == {}
    aside = settings(FULL, f'[raw]\nignore = ["{Path(name).name}"]')
    assert not_as_it_must(loaded(tmp_path / "aside", given, aside), dict.fromkeys(must, "delete covered")) == {}


@pytest.mark.parametrize("cell", ["4E+06", "4.E+06", "=A2", "=VLOOKUP(A2,Sheet1!A1:B4001002,2,0)", "#REF!"])
def test_a_cell_that_names_no_number_holds_all_of_its_symbol(tmp_path, cell):
    files, must, _ = library(lambda _: Kind({1: "hold list_not_read", ("OLDB", 2): "delete covered"}))
    at = At("one", 1000)
    files[f"catalogue/full_20250901_{at.name}.mrc"] += at.has(2, at="LAW")
    files |= {name: row.encode() for name, row in at.report("20250906", at.took(2), as_=("LAWS", LAWS)).items()}
    given = files | lists_of(must) | {"LHR list.csv": f'OCN,Symbol\n"{cell}",OLDA\n'.encode()}
    assert not_as_it_must(loaded(tmp_path, given), must) == {}


def test_the_columns_of_a_list_that_have_the_texts(tmp_path):
    """Of a number that no bib has the title, the year or a standard number agrees, whatever stands beside it in the list."""
    hit, gone = "review text_or_number_hit", "delete not_in_catalogue"
    must_of = {
        ("OLDA", 2): hit,
        ("OLDA", 3): gone,
        ("OLDB", 4): hit,
        ("OLDB", 5): gone,
        ("M@S", 6): hit,
        ("M@S", 7): gone,
    }

    def make(at: At) -> Kind:
        bibs = (
            at.bib(102, title="A history of the lighthouse keepers of Maine", year=1904),
            at.bib(104, "020 $a0306406152", title="Poems for the long winter evenings", year=1930),
            at.bib(106, "010 $a   85002345", title="Letters to a gardener in Norway", year=1931),
        )
        return Kind(must_of, records=b"".join(bibs))

    files, must, at = library(make)
    rows = {
        "OLDA": (
            "OCLC Number,Title ID,Title,Date Added,Publication Year",
            f"{at.ocn(2)},AB778812,A history of the lighthouse keepers of Maine,2015-03-01,1904",
            f"{at.ocn(3)},AB778813,A history of the windmills of Kent,2015-03-01,1904",
        ),
        "OLDB": (
            "OCLC Number,Title,Year,Standard Number,Uses",
            f"{at.ocn(4)},Quite another thing,1971,0306406152,12",
            f"{at.ocn(5)},Quite another story,1971,0262033844,13",
        ),
        "M_64S": (
            "OCLC Number,Title,Year,ISBN 10,ISBN 13,ISSN,LCCN,Identifier",
            f"{at.ocn(6)},Something else altogether,1951,,,,85002345,",
            f"{at.ocn(7)},Nothing of the kind at all,1951,,,,85002346,85002347",
        ),
    }
    lists = {LIST.format(symbol, AFTER, "csv"): "\n".join(lines).encode() for symbol, lines in rows.items()}
    assert not_as_it_must(loaded(tmp_path, files | lists), must) == {}
