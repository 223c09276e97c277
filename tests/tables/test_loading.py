"""What a load reads, and in which order."""

import gzip
import io
import tarfile
import zipfile

import pytest

from datasync_lib.marc import Limits, find_inputs
from datasync_lib.settings import RawFiles, Settings
from datasync_lib.tables import loading
from datasync_lib.tables.loading import load_folder, reading_depends_on
from datasync_lib.tables.recognising import recognise
from datasync_lib.tables.store import Store


def record(number: int) -> bytes:
    return b"00044nam a2200037   4500001000600000\x1e%05d\x1e\x1d" % number


@pytest.mark.parametrize("suffix", ["tar.gz", "zip"])
def test_an_archive_is_read_once_whatever_its_members_are_called(tmp_path, monkeypatch, suffix):
    raw = tmp_path / "raw"
    raw.mkdir()
    members = [(f"export_{number}.mrc", record(number % 11)) for number in range(12)]
    if suffix == "zip":
        with zipfile.ZipFile(raw / "a.zip", "w") as archive:
            for name, data in members:
                archive.writestr(name, data)
    else:
        with tarfile.open(raw / "a.tar.gz", "w:gz") as archive:
            for name, data in members:
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    opened = []
    for kind in (tarfile.TarFile, zipfile.ZipFile):

        def init(self, *args, real=kind.__init__, **options):
            opened.append(self)
            real(self, *args, **options)

        monkeypatch.setattr(kind, "__init__", init)
    store = Store(tmp_path / "tables")
    inputs, read = load_folder(raw, store, Settings(), progress=iter)
    assert read == 12
    assert len(opened) <= 4
    assert [each.file for each in inputs] == sorted(f"a.{suffix}/{name}" for name, _ in members)
    files = store.read("files", *(each.key for each in inputs)).collect()
    assert files["loaded"].to_list() == [1] * 12
    assert files.filter(file=f"a.{suffix}/export_11.mrc")["repeated"].item() == 1, "the same as export_0"


def test_the_longest_record_is_a_setting(tmp_path):
    """A million and a half bytes without an end, between two records."""
    raw, store = tmp_path / "raw", Store(tmp_path / "tables")
    raw.mkdir()
    (raw / "a.mrc").write_bytes(record(1) + b"\x00" + b"x" * 1_500_000 + b"\x1d" + record(2))
    (raw / "b.txt").write_text("a list that nobody knows", "utf-8")
    keys = []
    for largest, rejected in ((10, 1), (1, 2), (1, 2)):
        settings = Settings(raw=RawFiles(largest_record_mb=largest))
        inputs, read = load_folder(raw, store, settings, progress=iter)
        keys.append((read, *(each.key for each in inputs)))
        row = store.read("files", inputs[0].key).collect().row(0, named=True)
        assert (row["found"], row["loaded"], row["rejected"]) == (2 + rejected, 2, rejected)
    assert [read for read, *_ in keys] == [2, 1, 0], "only MARC files are read again"
    assert keys[0][1] != keys[1][1] == keys[2][1]
    assert reading_depends_on(inputs, Settings()) != reading_depends_on(inputs, settings)


def test_how_far_a_file_may_swell_is_a_setting(tmp_path):
    raw, store = tmp_path / "raw", Store(tmp_path / "tables")
    raw.mkdir()
    with zipfile.ZipFile(raw / "a.zip", "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.mrc", record(number))
    (raw / "b.txt.gz").write_bytes(gzip.compress((b"a long line of text" * 50 + b"\n") * 120_000, 1))
    settings = Settings(raw=RawFiles(most_members=2, largest_expansion=1))
    inputs, _ = load_folder(raw, store, settings, progress=iter)
    files = store.read("files", *(each.key for each in inputs)).collect()
    archive, text = files.rows(named=True)
    assert "more than 2 members" in archive["note"]
    assert text["bytes"] == 100_000_000
    assert "zip bomb" in text["note"]


def test_as_much_of_a_file_is_looked_at_as_the_reader_looks_at(tmp_path):
    (tmp_path / "late.mrc").write_bytes(b"x" * 10_000 + b"\x1d" + record(1) + b"\x1fa")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 100)
    kinds = {each.file: recognise(each, Settings()).kind for each in find_inputs(tmp_path)}
    assert kinds == {"late.mrc": "catalogue", "old.xls": "report"}


def test_a_bomb_of_records_says_that_it_was_stopped(tmp_path, monkeypatch):
    raw, store = tmp_path / "raw", Store(tmp_path / "tables")
    raw.mkdir()
    (raw / "a.mrc.gz").write_bytes(gzip.compress(record(1) * 100_000))
    monkeypatch.setattr(loading, "_limits", lambda _: Limits(free_bytes=1_000_000, ratio=1))
    inputs, _ = load_folder(raw, store, Settings(), progress=iter)
    row = store.read("files", inputs[0].key).collect().row(0, named=True)
    assert row["bytes"] == 1_000_000
    assert 0 < row["loaded"] <= 1_000_000 // len(record(1))
    assert "zip bomb" in row["note"]
