"""Records that somebody opened in an editor: a line that cannot be read costs itself, is told, and stays where it is."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from datasync_lib.errors import StoreError
from datasync_lib.workbooks.decisions import FILE_NAME, append_decisions, read_decisions
from datasync_lib.workbooks.record_lines import in_words, read_record
from datasync_lib.workbooks.records import project_id

CHECKOUT = Path(__file__).resolve().parents[2]
KEYS = [f"{number:020x}" for number in range(4)]
NOTES = ["first", "Überprüft – «é»", "third", "fourth"]


@pytest.fixture
def record(tmp_path) -> Path:
    """Four decisions; the second has letters beyond ASCII."""
    frame = pl.DataFrame({"row_key": KEYS, "problem": "shared_ocn", "decision": "merge", "note": NOTES})
    append_decisions(tmp_path, frame, now=datetime(2025, 11, 1, 9, tzinfo=UTC))
    return tmp_path / FILE_NAME


def line_changed(data: bytes, **values: object) -> bytes:
    lines = data.decode().splitlines()
    lines[2] = json.dumps(json.loads(lines[2]) | values)
    return "\n".join([*lines, ""]).encode()


def third(data: bytes, change) -> bytes:
    lines = data.split(b"\n")
    lines[2] = change(lines[2])
    return b"\n".join(lines)


# What an editor leaves behind, and which of the four lines can still be read; words of what is told, if anything is
WHOLE = {
    "UTF-8 with its mark": (lambda data: b"\xef\xbb\xbf" + data, None),
    "line ends of Windows": (lambda data: data.replace(b"\n", b"\r\n"), None),
    "line ends of old Macs": (lambda data: data.replace(b"\n", b"\r"), None),
    "blank lines": (lambda data: data.replace(b"\n", b"\n\n  \n"), None),
    "no end of the last line": (lambda data: data.rstrip(b"\n"), None),
    "UTF-16": (lambda data: data.decode().encode("utf-16"), None),
    "UTF-16 without its mark": (lambda data: data.decode().encode("utf-16-le"), None),
    "UTF-16 of the other order": (lambda data: b"\xfe\xff" + data.decode().encode("utf-16-be"), None),
    "Windows-1252": (lambda data: data.decode().encode("cp1252"), "line 2 was read: it is not UTF-8"),
    "a time without zone": (
        lambda data: line_changed(data, imported_at="2025-11-01T09:00:00"),
        "line 3 was read: «imported_at» has no time zone",
    ),
    "a line twice": (lambda data: data + data.split(b"\n")[1], "line 5 was read: it says the same as line 2"),
    "null in what may be empty": (lambda data: line_changed(data, note=None, sheet=None), None),
}
THIRD_LOST = {
    "cut off": (lambda line: line[: len(line) // 2], "it is not JSON"),
    "a comma behind": (lambda line: line + b",", "it is not JSON"),
    "a comma within": (lambda line: line[:-1] + b",}", "it is not JSON"),
    "no text at all": (lambda line: b"\x00" * len(line), "it is not JSON"),
    "a list": (lambda line: b"[" + line + b"]", "it is no object"),
    "a number": (lambda _: b"7", "it is no object"),
    "brackets without end": (lambda _: b"[" * 100_000, "it is not JSON"),
    "digits without end": (lambda _: b'{"row": ' + b"9" * 10_000 + b"}", "it is not JSON"),
    "a key twice": (lambda line: line[:-1] + b', "decision": "withdraw"}', "it has «decision» twice"),
    "a key of nobody": (lambda line: line.replace(b'"decision"', b'"decison"'), "it has «decison», which is no key"),
    "letters lost": (lambda line: line.replace(b"third", b"th\x81rd"), "letters of it are lost"),
    "half a letter": (lambda line: line.replace(b"third", b"th\\ud800rd"), "«note» is"),
}
VALUES_LOST = {
    "no key": ({"row_key": None}, "it does not say «row_key»"),
    "an empty key": ({"row_key": ""}, "it does not say «row_key»"),
    "a key that is a number": ({"row_key": 7}, "«row_key» is 7, where a text is wanted"),
    "a number as text": ({"new_ocn": "123"}, "«new_ocn» is .*123.*, where a whole number is wanted"),
    "a number with a point": ({"new_ocn": 123.5}, "«new_ocn» is 123.5"),
    "a number that is true": ({"new_ocn": True}, "«new_ocn» is true"),
    "a number too great": ({"new_ocn": 10**30}, "«new_ocn» is 1000"),
    "a note in parts": ({"note": ["a"]}, "«note» is .*, where a text is wanted"),
    "no time": ({"imported_at": None}, "it does not say «imported_at»"),
    "a time of nobody": ({"imported_at": "yesterday"}, "«imported_at» is .*yesterday.*, where a moment is wanted"),
    "a time as number": ({"imported_at": 1762000000}, "«imported_at» is 1762000000"),
    "a version in words": ({"version": "one"}, "«version» is"),
    "no version": ({"version": None}, "it does not say «version»"),
}
LOST = {name: (lambda data, change=change: third(data, change), told) for name, (change, told) in THIRD_LOST.items()}
LOST |= {
    name: (lambda data, values=values: line_changed(data, **values), told)
    for name, (values, told) in VALUES_LOST.items()
}


def read(record: Path, told: str | None) -> pl.DataFrame:
    if told is None:
        return read_decisions(record.parent)
    with pytest.warns(UserWarning, match=told):
        return read_decisions(record.parent)


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_odd_and_clear_is_read_and_gone_on_with(record, name):
    change, told = WHOLE[name]
    before = read_decisions(record.parent)
    record.write_bytes(change(record.read_bytes()))
    found = read(record, told)
    same = [column for column in found.columns if column not in ("record", "note", "sheet")]
    assert found.select(same).equals(before.select(same))
    assert found["note"][1] == NOTES[1]
    if told is None:
        append_decisions(record.parent, pl.DataFrame({"row_key": ["f" * 20], "note": ["später"]}))
        assert read_decisions(record.parent)["note"].to_list()[1::3] == [NOTES[1], "später"]


@pytest.mark.parametrize("name", LOST)
def test_a_damaged_line_costs_itself_and_stays(record, name):
    change, told = LOST[name]
    record.write_bytes(change(record.read_bytes()))
    damaged = record.read_bytes()
    assert read(record, f"1 line could not be read .line 3: {told}.*backup")["note"].to_list() == [
        NOTES[0],
        *NOTES[1:2],
        NOTES[3],
    ]
    with pytest.warns(UserWarning, match="line 3"):
        added = append_decisions(record.parent, pl.DataFrame({"row_key": ["f" * 20], "decision": ["merge"]}))
    assert record.read_bytes().startswith(damaged)
    assert record.read_bytes().split(b"\n")[added["record"][0]].startswith(b'{"version": 1, "row_key": "fff')


def test_a_record_of_another_encoding_is_set_beside_before_it_is_written(record):
    wide = record.read_bytes().decode().encode("utf-16")[:-3]  # cut off amid the last letter
    record.write_bytes(wide)
    with pytest.warns(UserWarning, match="line 4: letters of it are lost"):
        append_decisions(record.parent, pl.DataFrame({"row_key": ["f" * 20], "decision": ["merge"]}))
    assert [path.read_bytes() for path in (record.parent / "set_aside").iterdir()] == [wide]
    assert record.read_bytes().decode().count("\n") == 5


def test_many_damaged_lines_are_told_in_one_line(record):
    record.write_bytes(b"x\n" * 10_000 + record.read_bytes())
    lines, faults = read_record(record)
    assert (len(lines), lines[0]["record"], len(faults)) == (4, 10_000, 10_000)
    told = in_words(record, faults)
    assert "10,000 lines could not be read" in told
    assert "and 9,990 more lines" in told
    assert len(told) < 2_000
    assert "\n" not in told


def test_the_copies_of_a_record_are_few_and_those_of_another_stay(record):
    other = record.parent / "backup" / "decisions_of_others_20250101T000000000000.jsonl"
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(b"kept")
    for number in range(30):
        before = record.read_bytes()
        append_decisions(record.parent, pl.DataFrame({"row_key": [f"{number:020}"], "decision": ["merge"]}))
    copies = sorted(record.parent.glob("backup/decisions_2*"))
    assert len(copies) == 20
    assert copies[-1].read_bytes() == before
    assert other.read_bytes() == b"kept"


@pytest.mark.parametrize("content", [b"", b" \n", b"two words", b"\xff\xfe\x00\x00", "caf\u00e9".encode("cp1252")])
def test_a_project_without_its_id_is_told(tmp_path, content):
    (tmp_path / "project_id.txt").write_bytes(content)
    with pytest.raises(StoreError, match=r"project_id\.txt says no ID"):
        project_id(tmp_path)


def test_an_id_that_an_editor_saved_is_read(tmp_path):
    own = project_id(tmp_path)
    for content in (f"{own}\r\n".encode("utf-8-sig"), f"{own}\n".encode("utf-16")):
        (tmp_path / "project_id.txt").write_bytes(content)
        assert project_id(tmp_path) == own


def test_a_record_that_is_none_is_told(tmp_path):
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StoreError, match=r"decisions\.jsonl cannot be read"):
        read_decisions(tmp_path)


def test_every_command_goes_on_and_tells_the_line(own_example):
    folder = own_example.folder
    row = own_example.findings().head(1)
    append_decisions(folder / "decisions", row.select("row_key", "problem", decision=pl.lit("merge")))
    path = folder / "decisions" / FILE_NAME
    path.write_bytes(path.read_bytes() + b'{"row_key": "0123,\n')
    damaged = path.read_bytes()
    lost = f"could not be read (line {len(damaged.splitlines())}:"
    commands = {
        ("load",): 3,
        ("status",): 0,
        ("workbooks",): 0,
        ("trace", row["mms_id"][0] or str(row["ocn"][0])): 0,
        ("sql", "select count(*) from decisions"): 0,
    }
    for command, code in commands.items():
        ended = subprocess.run(
            [sys.executable, "-m", "datasync_lib", *command, "-p", folder],
            env=os.environ | {"PYTHONPATH": str(CHECKOUT)}, capture_output=True, encoding="utf-8",
        )  # fmt: skip
        assert ended.returncode == code, (command, ended.stderr)
        said = [line for line in (ended.stdout + ended.stderr).splitlines() if lost in line]
        assert len(said) == 1, (command, ended)
        assert "Traceback" not in ended.stderr
    assert path.read_bytes() == damaged
