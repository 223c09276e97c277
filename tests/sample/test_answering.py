"""Played answers to an export that this test makes, as a library's own export would be."""

import csv
import hashlib

import pytest

from datasync_lib.errors import InputError
from datasync_lib.local_lists.staff_tables import read_location_map
from datasync_lib.marc import read_marc
from datasync_lib.sample import make_answers, make_sample
from datasync_lib.sample.export_survey import KEPT, RETIRED
from datasync_lib.settings import read_settings


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    make_sample(folder, bibs=1500, seed=12)
    return folder / "data" / "raw" / "catalogue" / "marlow_20250720_new_3.mrc"


@pytest.fixture(scope="module")
def played(export, tmp_path_factory):
    folder = tmp_path_factory.mktemp("played")
    return folder, make_answers(folder, export, seed=3)


def truth(folder, problem):
    with (folder / "truth" / f"{problem}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def processing_rows(folder) -> list[tuple[str, list[str]]]:
    reports = sorted(
        (folder / "data" / "raw" / "reports").glob("*.BibProcessingReport.txt"),
        key=lambda p: p.name.split(".T")[0][-8:],
    )
    return [(path.name[:3], line.split("|")) for path in reports for line in path.read_text().splitlines()]


def test_the_export_is_there_unchanged(export, played):
    copy = played[0] / "data" / "raw" / "catalogue" / export.name
    assert copy.read_bytes() == export.read_bytes()


def test_settings_fit_the_export(played):
    folder, _ = played
    settings = read_settings(folder / "datasync.toml")
    assert settings.institution.mms_suffix == "4321"
    assert [s.symbol for s in settings.symbols if s.mode == "kept"] == list(KEPT)
    assert [s.symbol for s in settings.symbols if s.mode == "retired"] == list(RETIRED)
    lines = read_location_map(folder / "location_map.csv", settings)
    assert {"MAIN", "LAW", "SPEC"} <= set(lines["library"])
    assert lines["unit"].n_unique() == lines.height
    assert set(lines["target_symbol"]) == set(KEPT)
    assert set(lines["outgoing_symbol"]) >= set(RETIRED)


def test_what_is_sent_is_cut_from_the_export(export, played):
    folder, summary = played
    wanted = by_record(read_marc(export).subfields)
    sent = by_record(read_marc(folder / "data" / "raw" / "sent").subfields)
    assert len(sent) == summary.sent > 400
    assert set(sent) <= set(wanted)


def by_record(subfields) -> list[str]:
    """Each record as one text, without its leader, which has its length."""
    columns = ["tag", "ind1", "ind2", "code", "value"]
    subfields = subfields.filter(subfields["tag"] != "LDR")
    return ["\n".join(map(str, rows.select(columns).rows())) for _, rows in subfields.group_by("file", "record")]


def test_every_sent_record_is_answered_or_known_not_to_be(played):
    folder, summary = played
    answered = {(symbol, cells[1]) for symbol, cells in processing_rows(folder) if cells[1]}
    silent = {(row["symbol"], row["mms_id"]) for row in truth(folder, "never_reported")}
    unread = {(r["symbol"], r["mms_id"]) for r in truth(folder, "rejected") if r["class"] == "data_error"}
    assert len(answered | silent | unread) == summary.sent
    assert not answered & silent


def test_truth_is_what_the_reports_say_last(played):
    folder, _ = played
    last = {(symbol, cells[1]): cells for symbol, cells in processing_rows(folder) if cells[1]}
    refused = {key for key, cells in last.items() if cells[4] in ("unresolved", "processing error")}
    assert refused == {(r["symbol"], r["mms_id"]) for r in truth(folder, "rejected") if r["class"] != "data_error"}
    changed = {
        (*key, cells[3]) for key, cells in last.items() if cells[4] == "match" and cells[2] and cells[2] != cells[3]
    }
    assert changed == {(r["symbol"], r["mms_id"], r["ocn"]) for r in truth(folder, "ocn_changed")}


def test_merges_are_told_by_worldcat(played):
    folder, _ = played
    last = {cells[1]: cells for _, cells in processing_rows(folder) if cells[1]}
    told = read_marc(sorted((folder / "data" / "raw" / "worldcat").glob("*.mrc")), tags={"019", "035"}).subfields
    old = set(told.filter(told["tag"] == "019")["value"])
    for row in truth(folder, "ocn_changed"):
        assert (last[row["mms_id"]][2] in old) == (row["class"] == "merged")


def test_lists_of_the_old_symbols(played):
    folder, summary = played
    names = sorted(path.name for path in (folder / "data" / "raw" / "worldcat").glob("worldcat.*"))
    assert names == [
        "worldcat.QXH.20250915.list.txt",
        "worldcat.QXL.20250915.list.mrc",
        "worldcat.Q_64M.20250915.list.txt",
    ]
    assert summary.held > 50


def test_the_same_seed_gives_the_same_bytes(export, played, tmp_path):
    make_answers(tmp_path, export, seed=3)
    for path in sorted(played[0].rglob("*.*")):
        again = tmp_path / path.relative_to(played[0])
        assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(path.read_bytes()).digest(), path


def test_an_export_named_like_a_file_of_oclc_is_the_catalogue_all_the_same(export, tmp_path):
    odd = tmp_path / "x__metacoll.PUL.new.D20230718.T213016.1.mrc"
    odd.write_bytes(export.read_bytes())
    make_answers(tmp_path / "project", odd)
    (copy,) = (tmp_path / "project" / "data" / "raw" / "catalogue").iterdir()
    assert copy.name == "export_x_PUL.new.D20230718.T213016.1.mrc"


def test_what_is_no_export_is_refused(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        make_answers(tmp_path / "project", tmp_path / "missing.mrc")
    text = tmp_path / "notes.txt"
    text.write_text("nothing of the kind")
    with pytest.raises(InputError, match="no bibliographic record"):
        make_answers(tmp_path / "project", text)
