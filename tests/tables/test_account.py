"""How many records are how many bibs."""

import pytest
from pymarc import Field, Record, Subfield
from small_marc import bib, name_extracts

from datasync_lib.creating import new_project
from datasync_lib.marc import record_bytes
from datasync_lib.project import Project
from datasync_lib.tables.account import CatalogueAccount, account_of_catalogue


def mfhd(holding_id: str, mms_id: str) -> bytes:
    record = Record()
    record.leader[6] = "x"
    record.add_field(Field(tag="001", data=holding_id))
    record.add_field(Field(tag="004", data=mms_id))
    record.add_field(
        Field(tag="852", indicators=["0", " "], subfields=[Subfield("b", "MAIN"), Subfield("c", "stacks")])
    )
    return record_bytes(record)


@pytest.mark.parametrize(
    ("files", "counts", "words"),
    [
        ({"full_20250720": bib("9901") + bib("9902")}, (2, 2, 0, 0, 0, 0, 0), "2 catalogue records are 2 bibs"),
        (
            {"full_20250720": bib("9901") + bib("9902") + bib("9903", status="d")},
            (3, 2, 0, 0, 0, 1, 0),
            "3 catalogue records are 2 bibs, 1 that says deleted",
        ),
        (
            {"full_20250720": bib("9901") + bib("9901") + bib(None) + mfhd("2201", "9901")},
            (4, 1, 1, 1, 1, 0, 0),
            "4 catalogue records are 1 bib, 1 without an MMS ID, 1 holdings record, 1 further record of the same (one for "
            "each holding, or a copy that was sent)",
        ),
        (
            {
                "full_20250720": bib("9901") + bib("9902") + bib("9903"),
                "increment_20250805": bib("9901", "Lakes") + bib("9902", status="d"),
            },
            (5, 2, 0, 0, 0, 1, 2),
            "5 catalogue records are 2 bibs, 1 that says deleted, 2 that a later record or state has replaced",
        ),
        (
            {"full_20250620": bib("9901") + bib("9902"), "full_20250720": bib("9901")},
            (3, 1, 0, 0, 0, 0, 2),
            "3 catalogue records are 1 bib, 2 that a later record or state has replaced",
        ),
    ],
)
def test_every_record_is_in_one_place(tmp_path, files, counts, words):
    new_project(tmp_path / "mine")
    project = Project(tmp_path / "mine")
    for name, content in files.items():
        (project.raw / f"{name}.mrc").write_bytes(content)
    kinds = {"full*": "full", "increment*": "increment"}
    there = {f"{name.partition('_')[0]}*" for name in files}
    name_extracts(project.folder / "datasync.toml", {each: kind for each, kind in kinds.items() if each in there})
    log = project.load(progress=False)
    assert log.catalogue == CatalogueAccount(*counts)
    assert str(log).splitlines()[1] == str(log.catalogue) == words
    bibs = project.sql("select count(*) filter (mms_id is not null), count(*) filter (mms_id is null) from bibs").row(0)
    assert bibs == (log.catalogue.bibs, log.catalogue.without_id)


def test_the_example_adds_up(example):
    account = account_of_catalogue(example.store)
    parts = (
        account.bibs,
        account.without_id,
        account.holdings_records,
        account.further,
        account.deleted,
        account.replaced,
    )
    assert min(parts) > 0
    assert (
        sum(parts)
        == account.records
        == example.sql("select sum(loaded)::bigint from files where kind = 'catalogue'").item()
    )
    assert account.bibs == example.sql("select count(distinct mms_id) from bibs").item()
    assert account.holdings_records == example.sql("select count(*) from holdings where is_mfhd").item()
