"""Answers of OAI-PMH and SRU: what is around the records says what became of them, and whether all are there."""

import polars as pl
import pytest
from test_marcxml import read, table

OAI = (
    '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2025-07-10</responseDate>'
)
SRU = (
    '<?xml version="1.0"?><searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><version>1.2</version>'
    "<numberOfRecords>{}</numberOfRecords>"
)
MARC = (
    '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 i 4500</leader>'
    '<controlfield tag="001">{}</controlfield></record>'
)
DIAGNOSTIC = (
    '<diagnostics><diagnostic xmlns="http://www.loc.gov/zing/srw/diagnostic/"><uri>info:srw/diagnostic/1/10</uri>'
    "<details>alma.isbn</details><message>Query syntax error</message></diagnostic></diagnostics>"
)


def header(number: str, *, deleted: bool = False, datestamp: str = "2025-07-10T08:00:00Z") -> str:
    status = ' status="deleted"' if deleted else ""
    return (
        f"<header{status}><identifier>oai:alma.01INST:{number}</identifier><datestamp>{datestamp}</datestamp></header>"
    )


def harvested(number: str, *, of: str | None = None) -> str:
    return f"<record>{header(number)}<metadata>{MARC.format(of or number)}</metadata></record>"


def deleted(number: str) -> str:
    return f"<record>{header(number, deleted=True)}</record>"


def harvest(*records: str, token: str | None = None) -> bytes:
    end = "" if token is None else f"<resumptionToken>{token}</resumptionToken>"
    return f"{OAI}<ListRecords>{''.join(records)}{end}</ListRecords></OAI-PMH>".encode()


def found(*data: str, number: int | None = None) -> bytes:
    records = [
        f"<record><recordSchema>marcxml</recordSchema><recordPacking>xml</recordPacking><recordData>{one}</recordData></record>"
        for one in data
    ]
    records = f"<records>{''.join(records)}</records>" if records else ""
    return f"{SRU.format(len(data) if number is None else number)}{records}</searchRetrieveResponse>".encode()


A, B, C = "991000000000014321", "991000000000024321", "991000000000034321"
ISSUES = {
    "deletions that name no MMS ID": (
        harvest(harvested(A), deleted("b1000123"), deleted("ebd1c4a2-6d6f"), deleted(B)),
        ["loaded", "rejected", "rejected", "loaded"],
        {
            "deletion_not_applied": "oai:alma.01INST:b1000123 is deleted",
            "deletions_not_applied": "2 deletions in the file",
        },
    ),
    "a deletion without identifier": (
        harvest('<record><header status="deleted"><identifier/></header></record>'),
        ["rejected"],
        {"deletion_not_applied": "a record without identifier", "deletions_not_applied": "1 deletions"},
    ),
    "no record matches": (
        f'{OAI}<error code="noRecordsMatch">None</error></OAI-PMH>'.encode(),
        ["rejected"],
        {"not_marc": "(noRecordsMatch: None): nothing has changed in that time"},
    ),
    "a token that has expired": (
        f'{OAI}<error code="badResumptionToken"/></OAI-PMH>'.encode(),
        ["rejected"],
        {"not_marc": "begin the harvest anew"},
    ),
    "identifiers only": (
        f"{OAI}<ListIdentifiers>{header(A)}{header(B, deleted=True)}</ListIdentifiers></OAI-PMH>".encode(),
        ["rejected"],
        {
            "not_marc": "2 headers without records, 1 of them deleted, which were not applied: harvest with verb=ListRecords"
        },
    ),
    "an empty page": (
        harvest(token="marc21!2"),
        ["rejected"],
        {"not_marc": "without records: an empty page", "harvest_goes_on": "the harvest goes on"},
    ),
    "what a server explains": (
        b"<zs:explainResponse><zs:version>1.1</zs:version><zs:record>1</zs:record></zs:explainResponse>",
        ["rejected"],
        {"not_marc": "without MARC"},
    ),
    "other prefixes and letters": (
        harvest(deleted(A))
        .replace(b"<", b"<o:")
        .replace(b"<o:/", b"</o:")
        .replace(b"<o:?", b"<?")
        .replace(b'="deleted', b'="Deleted'),
        ["loaded"],
        {},
    ),
    "a harvest that is cut between records": (
        harvest(harvested(A), harvested(B)).removesuffix(b"</ListRecords></OAI-PMH>"),
        ["loaded", "loaded"],
        {"breaks_off": "the end of OAI-PMH is missing: the file was cut off"},
    ),
    "a collection that is cut between records": (
        f"<collection>{MARC.format(A)}{MARC.format(B)}\n".encode(),
        ["loaded", "loaded"],
        {"breaks_off": "the end of collection is missing"},
    ),
    "records without anything around them": (
        f"{MARC.format(A)}{MARC.format(B)}".encode(),
        ["loaded", "loaded"],
        {"not_well_formed": ""},
    ),
    "who is asked": (
        f"{OAI}<Identify><repositoryName>Ours</repositoryName></Identify></OAI-PMH>".encode(),
        ["rejected"],
        {"not_marc": "an OAI-PMH answer to Identify without records"},
    ),
    "sets": (
        f"{OAI}<ListSets><set><setSpec>a</setSpec><setName>A</setName></set></ListSets></OAI-PMH>".encode(),
        ["rejected"],
        {"not_marc": "an OAI-PMH answer to ListSets without records"},
    ),
    "Dublin Core in place of MARC": (
        harvest(f'<record>{header(A)}<metadata><dc xmlns="x"><title>T</title></dc></metadata></record>', harvested(B)),
        ["rejected", "loaded"],
        {"not_marc": "a record element without MARC (it has dc, title): harvest with the metadataPrefix of MARC 21"},
    ),
    "a header alone": (harvest(f"<record>{header(A)}</record>"), ["rejected"], {"not_marc": "it has only a header"}),
    "records that are no MARC at all": (
        b"<records><record><title>T</title><isbn>1</isbn></record></records>",
        ["rejected"],
        {"not_marc": "it has title, isbn"},
    ),
    "a harvest that goes on": (
        harvest(harvested(A), token="marc21!2"),
        ["loaded"],
        {"harvest_goes_on": "the harvest goes on: the file ends with the resumptionToken marc21!2"},
    ),
    "a token that is empty": (harvest(harvested(A), token=""), ["loaded"], {}),
    "a harvest that goes on in the same file": (
        harvest(harvested(A), token="marc21!2") + b"\n" + harvest(harvested(B), token=""),
        ["loaded", "loaded"],
        {"not_well_formed": "between records"},
    ),
    "another number in 001": (
        harvest(harvested(A, of="ocm12345678")),
        ["loaded"],
        {"identifier_differs": "1 records have another number in 001"},
    ),
    "a page of an answer": (
        found(MARC.format(A), MARC.format(B), number=340),
        ["loaded", "loaded"],
        {"answer_incomplete": "2 of the 340 records of the search are here"},
    ),
    "all of an answer": (found(MARC.format(A), MARC.format(B)), ["loaded", "loaded"], {}),
    "nothing found": (
        found(),
        ["rejected"],
        {"not_marc": "an SRU answer without records (0 records): check the query"},
    ),
    "a diagnostic": (
        found().replace(b"</search", DIAGNOSTIC.encode() + b"</search"),
        ["rejected"],
        {"not_marc": "the diagnostic info:srw/diagnostic/1/10; alma.isbn; Query syntax error"},
    ),
    "a diagnostic beside records": (
        found(MARC.format(A)).replace(b"</search", DIAGNOSTIC.encode() + b"</search"),
        ["loaded"],
        {"answer_error": "an error beside its records"},
    ),
    "a diagnostic in place of a record": (
        found(MARC.format(A), DIAGNOSTIC),
        ["loaded", "rejected"],
        {"not_marc": "a diagnostic in place of a record: info:srw", "answer_error": "an error beside its records"},
    ),
    "records packed as text": (
        found(MARC.format(A).replace("<", "&lt;"), f"<![CDATA[{MARC.format(B)}]]>"),
        ["rejected", "rejected"],
        {"packed_as_text": "ask again with recordPacking=xml"},
    ),
    "record data without a record": (found("", MARC.format(A)), ["rejected", "loaded"], {"not_marc": "without MARC"}),
}


@pytest.mark.parametrize("name", ISSUES)
@pytest.mark.parametrize("size", [200, 100_000])
def test_what_is_no_record_is_told(name, size):
    data, states, told = ISSUES[name]
    pieces = read(data, piece_bytes=size)
    records, issues = table(pieces, "records"), table(pieces, "issues")
    assert records["state"].to_list() == states
    assert set(issues["code"]) == set(told)
    for code, words in told.items():
        assert words in issues.filter(code=code)["message"][0]
    rejected = dict(pair for piece in pieces for pair in piece.rejected)
    for number, offset, length in records.filter(state="rejected").select("record", "byte_offset", "bytes").rows():
        assert rejected[number] == data[offset : offset + length]
    assert table(pieces, "subfields").filter(tag="001")["value"].null_count() == 0
    assert table(pieces, "subfields").filter(tag="001")["record"].n_unique() == states.count("loaded")


def test_a_deletion_is_a_deleted_bib():
    rows = table(read(harvest(harvested(A), deleted(B), deleted(C))), "subfields")
    leaders = rows.filter(tag="LDR").select(pl.col("value").str.slice(5, 1)).to_series().to_list()
    assert (rows.filter(tag="001")["value"].to_list(), leaders) == ([A, B, C], ["n", "d", "d"])


def test_a_deletion_with_metadata_is_one_too():
    data = harvest(f"<record>{header(A, deleted=True)}<metadata>{MARC.format(A)}</metadata></record>", harvested(B))
    pieces = read(data)
    leaders = table(pieces, "subfields").filter(tag="LDR")["value"].to_list()
    assert leaders == ["00000dam a2200000 i 4500", "00000nam a2200000 i 4500"]
    assert table(pieces, "issues")["message"].to_list() == [
        "a record whose header says deleted, which was taken as deleted"
    ]


def test_the_header_is_given_to_those_who_ask_for_it():
    data = harvest(harvested(A), deleted(B))
    assert set(table(read(data), "subfields")["tag"]) == {"LDR", "001"}
    rows = table(read(data, tags={"OAI"}), "subfields").select("record", "tag", "code", "value").rows()
    assert rows == [
        (0, "OAI", "i", f"oai:alma.01INST:{A}"),
        (0, "OAI", "d", "2025-07-10T08:00:00Z"),
        (1, "OAI", "i", f"oai:alma.01INST:{B}"),
        (1, "OAI", "d", "2025-07-10T08:00:00Z"),
    ]
