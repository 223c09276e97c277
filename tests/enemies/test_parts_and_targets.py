"""Where a number is held today, what the settings rank, and parts of the export of which nothing or too little is there."""

import pytest
from small_library import FULL, MAP, At, Kind, settings, worldcat
from test_enemies import AFTER, LIST, library, lists_of, loaded, not_as_it_must


def test_a_symbol_that_is_emptied_or_has_lost_a_number_does_not_hold_it_today(tmp_path):
    """What belongs elsewhere goes only where each of those symbols stays, and has it by a list that no deletion followed."""

    def make(at: At) -> Kind:
        places = {2: "BACK", 3: "LAW", 4: "GONE", 5: "LAW", 6: "LAW"}
        return Kind(
            {1: "delete covered", 3: "delete owned_elsewhere", 6: "delete owned_elsewhere", ("KEPT", 4): "held"}
            | dict.fromkeys((2, 4, 5), "hold owned_elsewhere"),
            own=places,
            records=b"".join(at.has(i, at=place) for i, place in places.items()),
            files={
                **at.report("20251005", at.took(5), as_=("LAWS", "1099989")),
                **at.report("20250920", at.took(6), as_=("LAWS", "1099989")),
            },
        )

    files, must, at = library(make)
    of_laws = {LIST.format("LAWS", AFTER, "mrc"): b"".join(worldcat(at.ocn(i)) for i in (3, 5, 6))}
    map_ = MAP + "BACK,STX,Back,OLDB,OLDA,yes,\nGONE,STX,Gone,KEPT,OLDA,yes,\n"
    assert not_as_it_must(loaded(tmp_path, files | lists_of(must) | of_laws, map_=map_), must) == {}


@pytest.mark.parametrize("places", ['{ place = "035$a" }', '{ place = "079$a", trusted = true }, { place = "035$a" }'])
def test_the_places_of_the_settings_rank_and_do_not_say_who_owns(tmp_path, places):
    def make(at: At) -> Kind:
        n = at.ocn
        others = {2: f"079 $a{n(2)}", 3: f"019 $a{n(3)}", 4: f"035 $z(OCoLC){n(4)}", 5: f"014 $a{n(5)}$bOCoLC"}
        bibs = [at.bib(100 + i, text, at="LAW") for i, text in others.items()]
        mfhds = [at.mfhd(107, f"014 $a{n(7)}$bOCoLC", at="LAW"), at.mfhd(108, f"035 $a(OCoLC){n(8)}", at="LAW")]
        own = at.bib(9, f"035 $a(OCoLC){n(9)}", f"079 $a{n(9)}")
        return Kind(
            dict.fromkeys((1, 9), "delete covered") | dict.fromkeys(range(2, 9), "held"),
            own=(9,),
            records=b"".join([*bibs, at.bib(106, "003 OCoLC", at="LAW", id_=str(n(6))), at.bib(107), at.bib(108), own]),
            files={
                "catalogue/mfhd_ranks.mrc": b"".join(mfhds),
                **at.report("20250905", *map(at.took, range(1, 10))),
            },
        )

    files, must, _ = library(make)
    toml = settings(FULL, f"[ocn]\nplaces = [{places}]")
    assert not_as_it_must(loaded(tmp_path, files | lists_of(must), toml), must) == {}


FIELD = '<controlfield tag="001">{}</controlfield><datafield tag="035" ind1=" " ind2=" "><subfield code="a">(OCoLC){}'
XML = f"<record><leader>00000nam a2200000 a 4500</leader>{FIELD}</subfield></datafield></record>"


@pytest.mark.parametrize(
    ("name", "part", "expected"),
    [
        ("2.xml", "<collection>{first}{second}</collection>", "delete covered"),
        ("2.xml", "<collection>{first}{in_it}", "hold list_not_read"),
        ("2.xml", "<collection>{in_it}", "hold list_not_read"),
        ("2.xml", "<collection>{first}<record><leader>\x00</leader></record>{second}</collection>", "delete covered"),
        ("2.mrc", "", "hold list_not_read"),
        ("2.mrc", "<html>Service unavailable, 503</html>", "hold list_not_read"),
    ],
    ids=["whole", "cut in its last record", "cut in its first record", "a broken record", "no bytes", "an error page"],
)
def test_a_part_of_the_export_that_is_cut_off_or_has_no_records_holds_everything(tmp_path, name, part, expected):
    """What is missing of the catalogue may own any number; a record that is broken inside of a whole file may own those in it."""
    files, must, at = library(lambda _: Kind({1: expected}))
    first, second = (XML.format(at.mms(i), at.ocn(i)) for i in (201, 202))
    text = part.format(first=first, second=second, in_it=second[:-60]).encode()
    given = files | lists_of(must) | {f"catalogue/full_20250901_part{name}": text}
    assert not_as_it_must(loaded(tmp_path / "there", given), must) == {}


def test_an_old_part_without_records_holds_nothing(tmp_path):
    files, must, _ = library(lambda _: Kind({1: "delete covered"}))
    toml = settings({**FULL, "old": ("2025-07-01", "full", "bib")})
    given = files | lists_of(must) | {"catalogue/old_part2.mrc": b""}
    assert not_as_it_must(loaded(tmp_path, given, toml), must) == {}


def test_a_file_in_utf_16_is_searched_for_numbers(tmp_path):
    """Nothing of it can be read, and no entry of the settings names it."""
    files, must, at = library(lambda _: Kind({1: "delete covered", 2: "hold doubtful_owner"}))
    wide = at.has(102, 2, at="LAW").decode().encode("utf-16-le")
    given = files | lists_of(must) | {"catalogue/other_2.mrc": wide}
    assert not_as_it_must(loaded(tmp_path, given), must) == {}


@pytest.mark.parametrize("name", ["metacoll_part2_20250901.mrc", "worldcat.OLDA.20250901.part.mrc"])
def test_a_part_of_the_export_under_a_name_of_oclcs_holds_until_it_is_told(tmp_path, name):
    """A bib with holdings is the library's, whatever its file is called; told to be the catalogue it has its owners."""
    files, must, at = library(lambda _: Kind({1: "hold list_not_read", 2: "hold list_not_read"}))
    given = files | lists_of(must) | {f"catalogue/full_{name}" if name[0] == "m" else name: at.has(102, 2, at="LAW")}
    assert not_as_it_must(loaded(tmp_path / "there", given), must) == {}
    toml = settings(FULL, f'[raw]\ncatalogue = ["*{name}"]')
    must = {key: "held" if key[1] == at.ocn(2) else "delete covered" for key in must}
    assert not_as_it_must(loaded(tmp_path / "told", given, toml), must) == {}


@pytest.mark.parametrize("name", ["export_part3.mrc", "catalogue/new/bibs_17.xml.gz", "export.zip"])
def test_a_file_without_bytes_that_may_be_of_the_catalogue_holds_until_it_is_set_aside(tmp_path, name):
    files, must, _ = library(lambda _: Kind({1: "hold list_not_read"}))
    given = files | lists_of(must) | {name: b""}
    assert not_as_it_must(loaded(tmp_path / "there", given), must) == {}
    aside = settings(FULL, f'[raw]\nignore = ["*{name}"]')
    assert not_as_it_must(loaded(tmp_path / "aside", given, aside), dict.fromkeys(must, "delete covered")) == {}


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("(OCoLC)4E+06", "hold doubtful_owner"),
        ("4E+06", "hold doubtful_owner"),
        ("4.00E+06", "hold doubtful_owner"),
        ("(OCoLC)9E+06", "delete covered"),
        ("(XX)b4e06", "delete covered"),
    ],
)
def test_a_reading_of_which_a_spreadsheet_left_one_digit_may_be_any(tmp_path, reading, expected):
    files, must, _ = library(lambda at: Kind({1: expected}, records=at.bib(102, f"035 $a{reading}", at="LAW")))
    assert not_as_it_must(loaded(tmp_path, files | lists_of(must)), must) == {}


@pytest.mark.parametrize(
    ("day", "expected"), [("20251005", "hold owned_elsewhere"), ("20250920", "delete owned_elsewhere")]
)
def test_a_deletion_that_names_only_the_record_is_of_every_number_of_it(tmp_path, day, expected):
    """The target's list is from before the deletion; what was deleted before the list, and stands on it, is there."""

    def make(at: At) -> Kind:
        gone = at.report(day, f"{at.mms(2)}|||match", as_=("LAWS", "1099989"))
        return Kind({1: "delete covered", 2: expected}, own=(2,), records=at.has(2, at="LAW"), files=gone)

    files, must, at = library(make)
    of_laws = {LIST.format("LAWS", AFTER, "mrc"): worldcat(at.ocn(2), title=at.title(2))}
    assert not_as_it_must(loaded(tmp_path, files | lists_of(must) | of_laws), must) == {}


def test_requests_with_one_id_of_which_no_number_could_be_read_are_two(tmp_path):
    """Two branches count from 1, and each has a row that nobody can read: the later one closes its own."""
    header = "Request ID,Symbol,OCLC Number,Status,as of\n"
    files, must, _ = library(lambda _: Kind({1: "hold list_not_read"}))
    lists = {
        "ill_requests_20250901.csv": f"{header}17,OLDA,see card,Shipped,2025-09-01\n",
        "ill_requests_20250920.csv": f"{header}17,OLDA,cf. note,Closed,2025-09-20\n",
    }
    given = files | lists_of(must) | {name: text.encode() for name, text in lists.items()}
    assert not_as_it_must(loaded(tmp_path, given), must) == {}


def test_what_oclc_delivers_holds_nothing(tmp_path):
    """Its own records, and records of the library that came back without holdings."""
    files, must, at = library(lambda _: Kind({1: "delete covered"}))
    given = {"metacoll.NEWA.datasync.20250920.mrc": worldcat(at.ocn(1), title=at.title(1)) + at.has(1, at="")}
    assert not_as_it_must(loaded(tmp_path, files | lists_of(must) | given), must) == {}
