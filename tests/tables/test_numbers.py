from marc_text import fields, full_record

from datasync_lib.settings import OcnPlace, OcnSettings, Settings
from datasync_lib.tables.build import derive


def ocns(*records: str, settings: Settings | None = None):
    return derive(fields(*records), settings or Settings())["ocns"]


def test_each_place_is_read_with_its_rank_and_role():
    found = ocns(full_record("1", "019    $a7$a8", "035    $a(OCoLC)ocm00000005$z(OCoLC)6", "079    $aocm00000009"))
    rows = found.select("place", "rank", "role", "raw", "ocn", "verdict", "is_current").rows()
    assert rows == [
        ("079$a", 1, "current", "ocm00000009", 9, "ok", True),
        ("035$a", 2, "current", "(OCoLC)ocm00000005", 5, "ok", False),
        ("019$a", 6, "old", "7", 7, "ok", False),
        ("019$a", 6, "old", "8", 8, "ok", False),
        ("035$z", 7, "old", "(OCoLC)6", 6, "ok", False),
    ]


def test_rank_is_the_order_of_the_settings():
    settings = Settings(ocn=OcnSettings(places=(OcnPlace(place="035$a"), OcnPlace(place="079$a", trusted=True))))
    found = ocns(full_record("1", "035    $a(OCoLC)5", "079    $a9"), settings=settings)
    assert found.filter("is_current")["ocn"].to_list() == [5]


def test_a_place_without_a_readable_number_leaves_the_next_one_current():
    found = ocns(full_record("1", "035    $a(OCoLC)5", "079    $a12345e"))
    assert found.select("ocn", "verdict", "is_current").rows() == [(None, "suffix", False), (5, "ok", True)]


def test_several_current_numbers_in_one_place():
    found = ocns(full_record("1", "035    $a(OCoLC)5", "035    $a(OCoLC)ocn123456789"))
    assert found.filter("is_current")["ocn"].to_list() == [5, 123456789]


def test_001_counts_only_as_oclcs_own():
    oclc = full_record("ocm00000012 ", "003 OCoLC")
    local = full_record("99123456789012345")
    bare_oclc = full_record("12345", "003 OCoLC")
    bare_local = full_record("12345", "003 XYZ")
    found = ocns(oclc, local, bare_oclc, bare_local)
    assert found.select("record", "ocn").rows() == [(0, 12), (2, 12345)]


def test_014_counts_only_beside_oclc_in_b():
    mfhd = "LDR 00000nx  a2200000un 4500\n001 22\n004 991\n"
    found = ocns(
        mfhd + "014 1  $a12345$bOCoLC", mfhd + "014 0  $a(Sirsi) o244$b(NONE)", mfhd + "014 0  $aocm00000012$b(NONE)"
    )
    assert found.select("mms_id", "holding_id", "ocn", "verdict", "is_current").rows() == [
        ("991", "22", 12345, "ok", False),
        ("991", "22", None, "not_oclc", False),
        ("991", "22", None, "not_oclc", False),
    ]


def test_004_of_oclcs_own_holdings_record():
    mfhd = "LDR 00000nx  a2200000un 4500\n001 203780362\n003 OCoLC\n004 ocm22544415 "
    assert ocns(mfhd).select("place", "ocn", "holding_id").rows() == [("004", 22544415, "203780362")]


def test_numbers_of_former_institution_records_are_never_current():
    beside = full_record("1", "035    $aocn466949045", "079    $aocm00001036")
    alone = full_record("2", "035    $aocn466949045")
    same = full_record("3", "035    $aocn466949045", "079    $aocn466949045")
    found = ocns(beside, alone, same)
    assert found.select("record", "place", "ocn", "verdict", "is_current").rows() == [
        (0, "079$a", 1036, "ok", True),
        (0, "035$a", 466949045, "institution_record", False),
        (1, "035$a", 466949045, "ok", True),
        (2, "079$a", 466949045, "ok", True),
        (2, "035$a", 466949045, "ok", False),
    ]


def test_a_cell_with_several_numbers_is_several_readings():
    found = ocns(full_record("1", "035    $a(OCoLC)5; (OCoLC)6"))
    assert found["ocn"].to_list() == [5, 6]


def test_standard_numbers_with_role_and_validity():
    record = full_record(
        "1", "010    $a   68018328 ", "020    $a0677143400 (set)", "020    $a9780306406157", "020    $a9780306406158",
        "020    $z0306406152", "022    $a0378-5955$l0378-5955$y0378-5956", "020    $a",
    )  # fmt: skip
    found = derive(fields(record), Settings())["standard_numbers"]
    assert found.select("scheme", "value", "is_valid", "role").rows() == [
        ("lccn", "68018328", True, "own"),
        ("isbn", "9780677143408", True, "set"),
        ("isbn", "9780306406157", True, "own"),
        ("isbn", "9780306406158", False, "own"),
        ("isbn", "9780306406157", True, "cancelled"),
        ("issn", "0378-5955", True, "own"),
        ("issn", "0378-5955", True, "linking"),
        ("issn", "0378-5956", False, "wrong"),
    ]
