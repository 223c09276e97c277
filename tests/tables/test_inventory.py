from marc_text import fields, full_record

from datasync_lib.settings import Settings
from datasync_lib.tables.build import derive, derive_sent_records
from datasync_lib.vocabulary.tables import conform

MFHD = "LDR 00000nx  a2200000un 4500\n001 22123\n004 991\n"


def test_embedded_holdings_with_their_items():
    record = full_record(
        "991",
        "852 0  $822001$bMAIN$cstacks$hPS2384 .M6$i2001",
        "852 0  $822002$bLAW$crare$h1-2$9suppressed",
        "876    $822001$023001$p00123$q1",
        "876    $822001$023002$p32E104$q0$jacq",
    )
    tables = derive(fields(record), Settings())
    columns = ("holding_id", "mms_id", "library", "location", "call_number", "is_suppressed", "is_mfhd", "items")
    assert tables["holdings"].select(columns).rows() == [
        ("22001", "991", "MAIN", "stacks", "PS2384 .M6 2001", False, False, 2),
        ("22002", "991", "LAW", "rare", "1-2", True, False, 0),
    ]
    assert tables["items"].select("item_id", "holding_id", "mms_id", "barcode", "status", "process_type").rows() == [
        ("23001", "22001", "991", "00123", "1", None),
        ("23002", "22001", "991", "32E104", "0", "acq"),
    ]


def test_first_kind_of_holdings_field_is_read():
    both = full_record("1", "852    $822001$bMAIN$cstacks", "AVA    $822001$bMAIN$jstacks$dPS1")
    only_ava = full_record("2", "AVA    $822002$bLAW$cLaw stacks$jlawst$dKF1")
    holdings = derive(fields(both, only_ava), Settings())["holdings"]
    assert holdings.select("record", "holding_id", "location", "call_number").rows() == [
        (0, "22001", "stacks", None),
        (1, "22002", "lawst", "KF1"),
    ]


def test_a_holding_without_id_is_named_by_bib_and_position():
    holdings = derive(fields(full_record("991", "852    $bA$cx", "852    $bB$cy")), Settings())["holdings"]
    assert holdings["holding_id"].to_list() == ["991#0", "991#1"]


def test_holding_id_is_the_last_of_repeated_8():
    record = full_record("1", "H52 81 $bW0001$c06$h46S10+1$83$822129936360006447")
    assert derive(fields(record), Settings())["holdings"]["holding_id"].to_list() == ["22129936360006447"]


def test_holdings_record():
    tables = derive(fields(MFHD + "852 0  $bMAIN$cstacks$hQA1$i.B2\n876    $p00123"), Settings())
    columns = ("holding_id", "mms_id", "library", "location", "call_number", "record_status", "is_mfhd", "items")
    assert tables["holdings"].select(columns).rows() == [("22123", "991", "MAIN", "stacks", "QA1 .B2", "n", True, 1)]
    assert tables["items"].select("holding_id", "mms_id", "barcode").rows() == [("22123", "991", "00123")]


def test_reproduction_on_the_holding():
    record = full_record("1", "852    $822001$bA$cx", "852    $822002$bA$cy", "843    $822002$aMicrofilm")
    holdings = derive(fields(record, MFHD + "843    $aElectronic reproduction."), Settings())["holdings"]
    assert holdings.select("holding_id", "is_reproduction").rows() == [
        ("22001", False),
        ("22002", True),
        ("22123", True),
    ]


def test_links_of_boundwiths():
    host = (
        "001 9910343674703811\n245 00 $aHost bibliographic record for boundwith item barcode 39\n"
        "774 1  $tOne$w991012073649703811\n774 1  $tTwo$w(OCoLC)123"
    )
    constituent = full_record("991012073729703811", "773 1  $w9910343674703811")
    analytic = full_record("991000000000000001", "773 0  $tA journal$w(OCoLC)12345678")
    of_another_title = full_record("991000000000000002", "774 0  $w991012073649703811")
    of_an_agency = full_record("991000000000000003", "773 0  $w(MH) 991000000000000002")
    links = derive(fields(host, constituent, analytic, of_another_title, of_an_agency), Settings())["links"]
    assert links.select("host_mms_id", "constituent_mms_id").rows() == [
        ("9910343674703811", "991012073649703811"),
        ("9910343674703811", "991012073729703811"),
        ("991000000000000002", "991012073649703811"),
        ("991000000000000002", "991000000000000003"),
    ]


def _sent(settings: Settings, *records: str):
    rows = fields(*records)
    positions = rows.subfields.select("file", "record").unique(maintain_order=True).with_row_index("n")
    records_table = conform("records", positions.with_columns(byte_offset=positions["n"] * 100, bytes=100).drop("n").with_columns(state=None).fill_null("loaded"))  # fmt: skip
    return derive_sent_records(
        rows, records_table, symbol="XYZ", collection="1099999", sent_file="1099999.XYZ.a.mrc", settings=settings
    )


def test_sent_records_by_001():
    sent = _sent(Settings(), full_record("991"), full_record("992"))
    assert sent.select("lsn", "mms_id", "holding_id", "byte_offset").rows() == [
        ("991", "991", None, 0),
        ("992", "992", None, 100),
    ]


def test_sent_records_of_a_collection_with_one_record_a_holding():
    settings = Settings.model_validate(
        {"collections": [{"id": "1099999", "symbol": "XYZ", "unit": "holding", "lsn_location": "852$8"}]}
    )
    sent = _sent(settings, full_record("991", "852    $822001$bA$cx"), full_record("991", "852    $822002$bB$cx"))
    assert sent.select("lsn", "mms_id", "holding_id").rows() == [("22001", "991", "22001"), ("22002", "991", "22002")]


def test_subfields_lie_sorted_by_tag():
    tags = fields(full_record("1"), full_record("2")).by_tag()
    assert tags["tag"].to_list() == sorted(tags["tag"])
    assert set(tags["file"]) == {"catalogue.mrc"}
    assert tags.filter(tag="245").select("record", "code").rows() == [(0, "a"), (0, "c"), (1, "a"), (1, "c")]
