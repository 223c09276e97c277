"""Which fields of a bib are holdings: each is there, once, and another library's is not."""

import pytest
from marc_text import fields, full_record

from datasync_lib.settings import Settings
from datasync_lib.tables.build import derive
from datasync_lib.tables.notes_on_records import issues_of_records

H1, H2 = "221000000000014321", "221000000000024321"

# The fields of a bib 991, its holdings (ID, library, location), and how many fields are another library's.
FIELDS = {
    "another library's beside AVA": (
        ["852 8  $bOTHERLIB$cx$hQA1", f"AVA    $0991$8{H1}$bMAIN$jSTACKS"],
        [(H1, "MAIN", "STACKS")],
        1,
    ),
    "another library's beside HOL": (
        ["852    $bOTHERLIB", f"HOL    $8{H1}$bMAIN$cSTACKS"],
        [(H1, "MAIN", "STACKS")],
        1,
    ),
    "another library's beside H52": (
        ["852    $bOTHERLIB", f"H52    $8{H1}$bMAIN$cSTACKS"],
        [(H1, "MAIN", "STACKS")],
        1,
    ),
    "two of others beside an 852 with ID": (
        ["852    $aDLC", f"852    $8{H1}$bMAIN$cSTACKS", "852    $bOTHERLIB$cx"],
        [(H1, "MAIN", "STACKS")],
        2,
    ),
    "an 852 with a blank ID beside AVA": (
        ["852    $8 $bOTHERLIB", f"AVA    $8{H1}$bMAIN$jSTACKS"],
        [(H1, "MAIN", "STACKS")],
        1,
    ),
    "852 with links in place of IDs": (
        ["852    $81.1\\x$bMAIN$cSTACKS", "852    $82$bLAW$cRARE"],
        [("991#0", "MAIN", "STACKS"), ("991#1", "LAW", "RARE")],
        0,
    ),
    "852 with a link and an ID": ([f"852    $81\\p$bMAIN$cSTACKS$8{H1}"], [(H1, "MAIN", "STACKS")], 0),
    "852 without IDs": (["852    $bMAIN$cSTACKS"], [("991#0", "MAIN", "STACKS")], 0),
    "852 without ID beside AVE and AVD": (
        ["852    $bMAIN$cSTACKS", "AVE    $853123$lMAIN", "AVD    $812$aINST"],
        [("991#0", "MAIN", "STACKS")],
        0,
    ),
    "AVA of a temporary location": (
        [f"AVA    $8{H1}$bMAIN$jSTACKS", "AVA    $bMAIN$jRESERVE"],
        [("991#1", "MAIN", "RESERVE"), (H1, "MAIN", "STACKS")],
        0,
    ),
    "AVA of a temporary location beside 852 with ID": (
        [f"852    $8{H1}$bMAIN$cSTACKS", "AVA    $bMAIN$jRESERVE"],
        [("991#1", "MAIN", "RESERVE"), (H1, "MAIN", "STACKS")],
        0,
    ),
    "852 and AVA of one holding": (
        [f"852    $8{H1}$bMAIN$cSTACKS", f"AVA    $8{H1}$bMAIN$jSTACKS"],
        [(H1, "MAIN", "STACKS")],
        0,
    ),
    "852 of one holding and AVA of two": (
        [f"852    $8{H1}$bMAIN$cSTACKS", f"AVA    $8{H1}$bMAIN$jSTACKS", f"AVA    $8{H2}$bLAW$jRARE"],
        [(H1, "MAIN", "STACKS"), (H2, "LAW", "RARE")],
        0,
    ),
    "HOL with other IDs than AVA": (
        [f"AVA    $8{H1}$bMAIN$jSTACKS", f"HOL    $8{H2}$bLAW$cRARE"],
        [(H1, "MAIN", "STACKS"), (H2, "LAW", "RARE")],
        0,
    ),
    "one ID at two places": (
        [f"AVA    $8{H1}$bMAIN$jSTACKS", f"AVA    $8{H1}$bLAW$jRARE"],
        [(H1, "MAIN", "STACKS"), (H1, "LAW", "RARE")],
        0,
    ),
    "no library code": ([f"852    $8{H1}$b $cSTACKS"], [(H1, None, "STACKS")], 0),
    "neither ID nor place": (["852    $hQA1"], [("991#0", None, None)], 0),
    "852 and AVA without IDs at one place": (
        ["852    $bMAIN$cSTACKS", "AVA    $bMAIN$jSTACKS"],
        [("991#0", "MAIN", "STACKS")],
        0,
    ),
    "852 and AVA without IDs at two places": (
        ["852    $bMAIN$cSTACKS", "AVA    $bLAW$jRARE"],
        [("991#0", "MAIN", "STACKS"), ("991#1", "LAW", "RARE")],
        0,
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_the_holdings_of_a_bib(name):
    lines, holdings, others = FIELDS[name]
    tables = derive(fields(full_record("991", *lines)), Settings())
    assert sorted(tables["holdings"].select("holding_id", "library", "location").rows(), key=str) == sorted(
        holdings, key=str
    )
    assert tables["other_holdings"].height == others


@pytest.mark.parametrize(
    ("rule", "alone", "beside"), [("counts", 1, 2), ("counts_alone", 1, 1), ("never", 0, 1), (None, 1, 1)]
)
def test_the_settings_say_what_a_field_without_id_is(rule, alone, beside):
    settings = Settings.model_validate(
        {"holdings": [{"tag": "852", "without_id": rule}, {"tag": "AVA", "location": "j"}]}
    )
    records = full_record("1", "852    $bX$cY"), full_record("2", "852    $bX$cY", f"AVA    $8{H1}$bMAIN$jSTACKS")
    found = derive(fields(*records), settings)["holdings"]
    assert (found.filter(record=0).height, found.filter(record=1).height) == (alone, beside)


def test_a_field_of_another_library_can_be_traced_and_is_told_once_a_file():
    records = [full_record(str(number), "852    $aDLC$bX$cY", f"AVA    $8{H1}$bMAIN$jSTACKS") for number in range(3)]
    tables = derive(fields(*records), Settings())
    columns = ("file", "record", "mms_id", "tag", "library", "location")
    assert tables["other_holdings"].select(columns).row(2) == ("catalogue.mrc", 2, "2", "852", "X", "Y")
    issues = issues_of_records(*(tables[name].lazy() for name in ("bibs", "holdings", "other_holdings")))
    assert issues.select("file", "code", "record").rows() == [("catalogue.mrc", "other_holding", 0)]
    assert issues["message"][0].startswith("3 fields without holding ID were taken for holdings of other libraries")


def test_a_deleted_bib_has_no_holdings():
    record = full_record("991", f"852    $8{H1}$bMAIN$cSTACKS")
    deleted = "LDR 00000dam a2200000 i 4500\n" + record
    assert derive(fields(record), Settings())["holdings"].height == 1
    assert derive(fields(deleted), Settings())["holdings"].height == 0


def test_records_without_a_number_are_each_their_own_and_are_told():
    no_001 = [full_record("", "852    $bMAIN$cSTACKS", without=("001",)) for _ in range(2)]
    blank = full_record("  ", "852    $bLAW$cSTACKS")
    no_004 = "LDR 00000nx  a2200000un 4500\n001 22123\n852 0  $bMAIN$cSTACKS"
    no_number = "LDR 00000nx  a2200000un 4500\n004 991\n852 0  $bMAIN$cSTACKS"
    tables = derive(fields(*no_001, blank, no_004, no_number), Settings())
    assert tables["bibs"]["mms_id"].to_list() == [None, None, None]
    assert tables["holdings"]["holding_id"].to_list() == [
        "catalogue.mrc#0#0",
        "catalogue.mrc#1#0",
        "catalogue.mrc#2#0",
        "22123",
        "catalogue.mrc#4",
    ]
    issues = issues_of_records(*(tables[name].lazy() for name in ("bibs", "holdings", "other_holdings")))
    assert issues.select("code", "record").rows() == [("no_mms_id", 0), ("no_mms_id", 3)]
    assert [message[:24] for message in issues["message"]] == ["3 bibs have no MMS ID (0", "1 holdings records name "]
