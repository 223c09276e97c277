import polars as pl
import pytest
from marc_text import FULL_008, fields, full_record, subfields

from datasync_lib.marc.by_tag import Fields
from datasync_lib.settings import Exclusion, FlagRule, Settings, Suppression
from datasync_lib.tables.build import derive


def bib(*records: str, settings: Settings | None = None) -> dict:
    bibs = derive(fields(*records), settings or Settings())["bibs"]
    return bibs.row(0, named=True)


def test_a_full_record_gives_every_element():
    found = bib(full_record("991", "250    $a2nd edition", "880 10 $6245-01$aМоби Дик"))
    assert {k: v for k, v in found.items() if v is not None and k not in ("file", "record")} == {
        "mms_id": "991", "record_status": "n", "record_type": "a", "bib_level": "m", "control_type": " ",
        "encoding_level": " ", "form_of_item": " ", "date_type": "s", "date1": "2001", "date2": "    ",
        "place_code": "nyu", "language": "eng", "title": "Moby Dick", "title_880": "Моби Дик",
        "main_entry": "Melville, Herman", "edition": "2nd edition", "publisher": "Harper,",
        "publication_date": "2001.", "year": 2001, "extent": "635 pages", "cataloguing_language": "eng",
        "format": "book", "is_deleted": False, "is_suppressed": False, "is_electronic": False,
        "is_reproduction": False, "is_host": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("leader", "expected"),
    [
        ("00000nas a2200000 i 4500", "serial"),
        ("00000nam a2200000 i 4500", "book"),
        ("00000ntm a2200000 i 4500", "book"),
        ("00000ncm a2200000 i 4500", "score"),
        ("00000nem a2200000 i 4500", "map"),
        ("00000ngm a2200000 i 4500", "video"),
        ("00000njm a2200000 i 4500", "sound"),
        ("00000nkm a2200000 i 4500", "visual"),
        ("00000nmm a2200000 i 4500", "computer_file"),
        ("00000npc aa2200000 i 4500"[:24], "archival"),
        ("00000nam aa200000 i 4500", "book"),
        ("00000namaa2200000 i 4500", "archival"),
        ("00000n m a2200000 i 4500", "other"),
    ],
)
def test_format_comes_from_the_leader(leader, expected):
    assert bib(f"LDR {leader}\n" + full_record("1"))["format"] == expected


@pytest.mark.parametrize(
    ("without", "more", "level", "missing"),
    [
        ((), (), None, None),
        (("245",), (), "01", "title"),
        (("245",), ("245 10 $kPapers",), None, None),
        (("245",), ("245 10 $bonly a rest of title",), "01", "title"),
        (("300",), (), "02", "extent"),
        (("300",), ("300    $fboxes",), None, None),
        (("264",), (), "02", "imprint"),
        (("264",), ("260    $aParis",), None, None),
        (("100", "650"), (), "02", "heading"),
        (("100", "650"), ("710 2  $aA corporate body",), None, None),
        (("008",), (f"008 {FULL_008[:7]}    {FULL_008[11:]}",), "02", "date"),
        (("008",), (f"008 {FULL_008[:15]}   {FULL_008[18:]}",), "02", "country"),
        (("008",), (f"008 {FULL_008[:35]}   {FULL_008[38:]}",), "02", "language"),
        (("008",), (), "02", "date country language"),
        (("300", "264"), (), "02", "imprint extent"),
        ((), ("011    $alinking",), "02", None),
        (("040",), ("040    $aABC$bger",), "03", None),
        (("040",), (), None, None),
        (("300",), ("035    $a(OCoLC)12345",), None, "extent"),
        (("300",), ("035    $a(DLC)12345",), "02", "extent"),
        (("300",), ("011    $ax", "035    $a(OCoLC)12345"), "02", "extent"),
    ],
)
def test_brief_level_and_what_is_missing(without, more, level, missing):
    found = bib(full_record("1", *more, without=without))
    assert (found["brief_level"], found["missing_elements"]) == (level, missing)
    assert found["exclusion"] == (level and f"brief_level_{level}")


@pytest.mark.parametrize(
    ("fixed", "codes"),
    [
        (FULL_008, ("s", "2001", "    ", "nyu", "eng", " ", 2001)),
        (FULL_008[:38], ("s", "2001", "    ", "nyu", "eng", " ", 2001)),
        (FULL_008 + "  ", ("s", "2001", "    ", "nyu", "eng", " ", 2001)),
        ("250101s2001 nyu 000 0 eng d", (None, "2001", None, None, None, None, 2001)),
        ("50101s2001 nyu 000 0 eng d", (None, None, None, None, None, None, 1999)),
    ],
)
def test_no_codes_and_no_level_from_shifted_places(fixed, codes):
    found = bib(full_record("1", f"008 {fixed}", "264  1 $aNew York$c1999", without=("008", "264")))
    names = ("date_type", "date1", "date2", "place_code", "language", "form_of_item", "year")
    assert tuple(found[name] for name in names) == codes
    assert (found["brief_level"], found["missing_elements"], found["sparse_elements"]) == (None, None, None)


def test_another_lack_counts_beside_an_008_of_another_length():
    found = bib(full_record("1", "008 250101s2001 nyu 000 0 eng d", without=("008", "300")))
    assert (found["brief_level"], found["missing_elements"]) == ("02", "extent")


def test_characters_by_their_number_in_a_record_that_is_no_utf8():
    title = "245 10 $a&#x4E00; title"
    leader = "LDR 00000nam  2200000 i 4500\n"
    assert bib(leader + full_record("1", title, without=("245",)))["title"] == "一 title"
    assert (
        bib(leader.replace("nam  ", "nam a") + full_record("1", title, without=("245",)))["title"] == "&#x4E00; title"
    )


@pytest.mark.parametrize(
    ("leader", "without", "sparse"),
    [
        ("00000nam a2200000 i 4500", (), None),
        ("00000nam a2200000 i 4500", ("300",), "extent"),
        ("00000nas a2200000 i 4500", ("300",), None),
        ("00000nam a2200000 i 4500", ("264", "300"), "imprint extent"),
        ("00000ntm a2200000 i 4500", ("264",), None),
        ("00000naa a2200000 i 4500", (), "773"),
        ("00000nam a2200000 i 4500", ("008",), "008"),
    ],
)
def test_what_a_sparse_record_lacks(leader, without, sparse):
    record = f"LDR {leader}\n" + full_record("1", "035    $a(OCoLC)12345", without=without)
    assert bib(record)["sparse_elements"] == sparse


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("007 cr |n|", True),
        ("338    $aonline resource$bcr", True),
        ("338    $avolume$bnc", False),
        ("245 10 $aA title$h[electronic resource]", True),
        ("AVE    $lOnline", True),
        ("856 40 $uhttps://example.org", False),
        (f"008 {FULL_008[:23]}o{FULL_008[24:]}", True),
        (f"008 {FULL_008[:23]}r{FULL_008[24:]}", False),
    ],
)
def test_electronic(more, expected):
    without = (more[:3],) if more[:3] in ("008", "245") else ()
    assert bib(full_record("1", more, without=without))["is_electronic"] is expected


def test_form_of_item_of_a_map_stands_elsewhere():
    record = "LDR 00000nem a2200000 i 4500\n" + full_record(
        "1", f"008 {FULL_008[:29]}o{FULL_008[30:]}", without=("008",)
    )
    assert bib(record)["is_electronic"] is True


def test_host_of_a_boundwith_has_no_level():
    host = "001 992\n245 00 $aHost bibliographic record for boundwith item barcode 1\n774 1  $wID1\n"
    found = bib(host.replace("ID1", "99100000001234"))
    assert (found["is_host"], found["brief_level"], found["sparse_elements"], found["exclusion"]) == (
        True,
        None,
        None,
        None,
    )
    assert bib(full_record("1", "774 08 $w99100000001234"))["is_host"] is False


def test_first_exclusion_that_fits_gives_the_reason():
    settings = Settings(
        exclusions=(
            Exclusion(reason="equipment", tag="245", code="a", matches="^Laptop"),
            Exclusion(reason="thin", tag="300", code="a", matches="^1 ", unless_ocn=True),
            Exclusion(reason="online", tag="008", matches="^.{23}o"),
        )
    )
    laptop = full_record("1", "245 10 $aLaptop", "300    $a1 item", without=("245", "300"))
    thin = full_record("2", "300    $a1 item", without=("300",))
    kept = full_record("3", "300    $a1 item", "035    $a(OCoLC)7", without=("300",))
    online = full_record("4", f"008 {FULL_008[:23]}o{FULL_008[24:]}", without=("008",))
    bibs = derive(fields(laptop, thin, kept, online), settings)["bibs"]
    assert bibs["exclusion"].to_list() == ["equipment", "thin", None, "online"]


def test_suppression_rule_of_the_settings():
    settings = Settings(suppression=Suppression(bib=(FlagRule(tag="999", code="s", matches="^Y$"),), holding=()))
    bibs = derive(fields(full_record("1", "999    $sY"), full_record("2", "999    $sN")), settings)["bibs"]
    assert bibs["is_suppressed"].to_list() == [True, False]


def test_default_exclusions():
    bibs = derive(fields(full_record("1", "914    $aNO-WORLDCAT"), full_record("2", "035    $a(CKB)123")), Settings())[
        "bibs"
    ]
    assert bibs["exclusion"].to_list() == ["no_worldcat_914", "community_zone"]


def test_holdings_and_authority_records_are_no_bibs():
    tables = derive(
        fields(
            "LDR 00000nx  a2200000un 4500\n001 22\n004 991\n852 0  $bMAIN$cstacks",
            "LDR 00000nz  a2200000n  4500\n001 98\n100 1  $aMelville",
            full_record("991"),
        ),
        Settings(),
    )
    assert tables["bibs"]["mms_id"].to_list() == ["991"]
    assert tables["holdings"].select("holding_id", "mms_id", "is_mfhd").rows() == [("22", "991", True)]


def test_a_record_of_nothing_is_still_a_row():
    bibs = derive(fields("500    $aonly a note"), Settings())["bibs"]
    assert bibs.height == 1
    assert bibs.select("mms_id", "title", "brief_level").row(0) == (None, None, "01")


def test_no_records_give_empty_typed_tables():
    tables = derive(Fields(subfields("500    $ax").head(0)), Settings())
    assert {name: frame.height for name, frame in tables.items()} == dict.fromkeys(tables, 0)
    assert tables["bibs"].schema["year"] == pl.Int32
