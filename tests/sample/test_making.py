import csv
import hashlib
import io
import tarfile
from pathlib import Path

import pymarc
import pytest

from datasync_lib.local_lists.staff_tables import read_location_map, read_milestones
from datasync_lib.marc import read_marc
from datasync_lib.oclc.filenames import read_file_name, upload_name_faults
from datasync_lib.problems import PROBLEMS
from datasync_lib.sample import make_sample
from datasync_lib.sample.institution import LISTS, LOCATION_MAP, RETIRED, SYMBOLS
from datasync_lib.sample.making import make_blocks
from datasync_lib.settings import read_settings

COLUMNS = ["problem", "symbol", "unit", "mms_id", "holding_id", "ocn", "class"]
LOOSE = "marlow_20250720_new_4.mrc"  # records without a name, and damaged ones
HELD_COLUMNS = ["symbol", "ocn", "class", "answer", "mms_id", "unit"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return folder, make_sample(folder, bibs=700, seed=2)


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def catalogue_records(raw: Path) -> list[pymarc.Record]:
    records = []
    for path in sorted((raw / "catalogue").iterdir()):
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    records += pymarc.parse_xml_to_array(io.BytesIO(archive.extractfile(member).read()))
        elif path.suffix == ".mrc" and path.name != LOOSE and "increment" not in path.name:
            records += pymarc.MARCReader(path.read_bytes(), to_unicode=True)
    return records


def test_settings_and_staff_tables_are_valid(made):
    folder, _ = made
    settings = read_settings(folder / "datasync.toml")
    assert settings.institution.mms_suffix == "4321"
    assert {s.symbol: s.mode for s in settings.symbols} == {symbol: mode for symbol, _, mode, _ in SYMBOLS}
    assert {c.type for c in settings.collections} == {"bib", "lhr", "delete_holdings"}
    assert [e.reason for e in settings.exclusions] == ["no_worldcat_914", "community_zone", "equipment"]
    lines = read_location_map(folder / "location_map.csv", settings)
    assert lines.height == len(LOCATION_MAP)
    assert set(lines["unit"]) == {line.unit for line in LOCATION_MAP}
    milestones = read_milestones(folder / "milestones.csv", settings)
    assert milestones["actual"].is_null().sum() > 0
    freeze = milestones.filter(milestones["milestone"] == "ILL freeze")
    assert sorted(freeze["symbol"]) == sorted(RETIRED)


def test_every_file_has_a_name_that_says_what_it_is(made):
    families = {}
    for path in (made[0] / "data" / "raw").rglob("*.*"):
        families.setdefault(path.parent.name, set()).add(read_file_name(path.name).family)
    assert families == {
        "catalogue": {"unknown"},
        "sent": {"upload"},
        "reports": {"report"},
        "fetched again": {"report"},
        "lists": {"unknown"},
        "worldcat": {"worldcat_list", "record_output"},
    }
    sent = [path.name for path in (made[0] / "data" / "raw" / "sent").iterdir()]
    assert [upload_name_faults(name) for name in sent] == [[]] * len(sent)
    newest = {read_file_name(p.name).symbol for p in (made[0] / "data" / "raw" / "worldcat").glob("*20250915*")}
    assert newest == {*LISTS, "MWU"} - {"MWU"}


def test_the_export_is_complete_and_is_read_by_pymarc(made):
    folder, summary = made
    ids = [record["001"].data for record in catalogue_records(folder / "data" / "raw") if record.leader[6] not in "xy"]
    in_gz = read_marc(folder / "data" / "raw" / "catalogue" / "marlow_20250720_new_2.xml.gz", tags={"001"})
    ids += in_gz.subfields["value"].to_list()
    assert len(ids) == len(set(ids)) == summary.bibs == 700


def test_no_record_of_any_file_is_damaged(made):
    files = (made[0] / "data" / "raw").rglob("*.*")
    read = read_marc([path for path in files if path.suffix in (".mrc", ".gz") and path.name != LOOSE])
    assert read.issues.is_empty()
    assert set(read.records["state"]) == {"loaded"}


def test_truth_files(made):
    folder, summary = made
    files = {path.stem: rows(path) for path in (folder / "truth").iterdir()}
    held = files.pop("held_numbers")
    assert list(held[0]) == HELD_COLUMNS
    asking = [row for row in held if row["answer"] in ("act", "review", "hold")]
    assert [tuple(row[c] for c in HELD_COLUMNS if c != "answer") for row in asking] == [
        tuple(row[c] for c in HELD_COLUMNS if c != "answer") for row in files["old_holding"]
    ]
    assert set(files) == set(PROBLEMS) - {"commitment_problem"} | {"other_text"}
    symbols, units = {symbol for symbol, *_ in SYMBOLS}, {line.unit for line in LOCATION_MAP}
    for problem, found in files.items():
        assert list(found[0]) == COLUMNS
        assert {row["problem"] for row in found} == {problem}
        if problem in PROBLEMS:
            assert {row["class"] for row in found} <= set(PROBLEMS[problem].classes or [""])
        assert {row["symbol"] for row in found} <= {*symbols, ""}
        assert {row["unit"] for row in found} <= {*units, ""}
    assert summary.by_problem == {problem: len(found) for problem, found in files.items()}
    assert "700 bibs" in str(summary)


def test_the_truth_names_records_that_are_there(made):
    folder, _ = made
    raw = folder / "data" / "raw"
    read = read_marc(raw / "catalogue", tags={"001", "004", "852"}).subfields
    bibs = set(read.filter(read["tag"] == "001")["value"])
    holdings = set(read.filter((read["tag"] == "852") & (read["code"] == "8"))["value"]) | bibs
    for path in (folder / "truth").iterdir():
        for row in rows(path):
            assert row["mms_id"] in {*bibs, ""}
            assert row.get("holding_id", "") in {*holdings, ""}


def test_held_numbers_are_those_of_the_newest_lists(made):
    folder, _ = made
    held: dict[str, int] = {}
    for row in rows(folder / "truth" / "held_numbers.csv"):
        held[row["symbol"]] = held.get(row["symbol"], 0) + 1
    lists = {
        read_file_name(path.name).symbol: path
        for path in (folder / "data" / "raw" / "worldcat").glob("worldcat.*.20250915.*")
    }
    no_numbers = [text for block in make_blocks(700, 2) for texts in block.no_numbers.values() for text in texts]
    assert no_numbers
    counted = {
        symbol: path.read_bytes().count(b"\x1d")
        if path.suffix == ".mrc"
        else sum(
            any(char.isdigit() for char in line) and line not in no_numbers for line in path.read_text().splitlines()
        )
        for symbol, path in lists.items()
    }
    assert counted == held


def test_hard_texts_are_there(made):
    records = {record["001"].data: record for record in catalogue_records(made[0] / "data" / "raw") if "245" in record}
    titles = [record["245"].get("a", "") for record in records.values()]
    assert any(title.startswith("=") for title in titles)
    assert any("\x0b" in title for title in titles)
    assert any(title.startswith("Host bibliographic record for boundwith item barcode 3201") for title in titles)
    shelf = {field.get("h") for record in records.values() for field in record.get_fields("852")}
    assert shelf & {"1-2", "32E104", "3/4", "00450"}
    barcodes = {field.get("p") for record in records.values() for field in record.get_fields("876")}
    assert any(barcode.startswith("00") and len(barcode) == 5 for barcode in barcodes)
    assert {len(mms_id) for mms_id in records} == {16, 17, 18}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        make_sample(tmp_path / name, bibs=300, seed=seed)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")
    one, three = hashes(tmp_path / "one"), hashes(tmp_path / "three")
    assert one["datasync.toml"] == three["datasync.toml"]
    assert all(one[name] != three[name] for name in one if "/catalogue/" in name)


@pytest.mark.parametrize("bibs", [60, 61, 300, 2000, 2001])
def test_sizes(tmp_path, bibs):
    summary = make_sample(tmp_path, bibs=bibs, seed=1)
    assert summary.bibs == bibs
    assert len(catalogue_records(tmp_path / "data" / "raw")) > bibs * 0.6
    assert all(path.stat().st_size for path in (tmp_path / "data").rglob("*.*"))
    minimum = {60: 10, 61: 10}.get(bibs, 20)
    assert len(summary.by_problem) >= minimum


def test_cases_grow_with_the_size(tmp_path):
    small = make_sample(tmp_path / "small", bibs=2000, seed=1).findings
    large = make_sample(tmp_path / "large", bibs=4000, seed=1).findings
    planted = {key: count for key, count in small.items() if key[0] != "old_holding"}
    assert all(large[key] >= 1.5 * count for key, count in planted.items())
