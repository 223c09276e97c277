"""Immutable parts: sealed, checked at every use, cleared away when nobody uses them."""

import hashlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from datasync_lib.errors import StoreError
from datasync_lib.tables import parts as parts_module
from datasync_lib.tables.parts import SEAL, Parts

COUNTS = pl.DataFrame({"symbol": ["MWU", "MWS"], "bibs": [12, 7]})


@pytest.fixture
def parts(tmp_path) -> Parts:
    return Parts(tmp_path / "results")


def write(parts: Parts, key: str = "one") -> None:
    with parts.write(key) as writer:
        writer.put("counts", COUNTS)
        writer.put("counts", COUNTS.clear())
        writer.append_bytes("note", b"by symbol")


def test_frames_without_rows_keep_their_columns(parts):
    write(parts)
    [first, second] = parts.files("one", "counts")
    assert pl.read_parquet(first).equals(COUNTS)
    assert pl.read_parquet(second).equals(COUNTS.clear())
    assert parts.files("one", "count") == []


def test_a_seal_names_each_file_with_bytes_and_hash(parts):
    write(parts)
    sealed = json.loads((parts.part("one") / SEAL).read_text("utf-8"))["files"]
    assert {name: (noted["bytes"], noted["sha256"]) for name, noted in sealed.items()} == {
        path.name: (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in parts.part("one").iterdir()
        if path.name != SEAL
    }
    assert len(sealed) == 3


def test_several_threads_write_without_numbers(parts):
    with parts.write("one") as writer, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: writer.put("rows", pl.DataFrame({"number": [number]})), range(100)))
    numbers = pl.read_parquet(parts.files("one", "rows"))["number"]
    assert sorted(numbers) == list(range(100))


def test_only_files_of_another_time_are_hashed_and_only_once(parts, monkeypatch):
    write(parts)
    looked_at, real = [], parts_module._look_at
    monkeypatch.setattr(parts_module, "_look_at", lambda path: looked_at.append(path.name) or real(path))
    assert parts.has("one")
    assert looked_at == []
    seal = parts.seal("one")
    os.utime(parts.files("one", "counts")[0], (1, 1))  # as a copy without times has it
    assert parts.has("one")
    assert parts.has("one")
    assert looked_at == ["counts-00000.parquet"]
    assert parts.seal("one") == seal
    assert parts.fault("one", fully=True) is None
    assert len(looked_at) == 1 + 3


def test_a_damaged_part_is_written_again_in_its_place(parts):
    write(parts)
    [first, _] = parts.files("one", "counts")
    first.write_bytes(b"PAR1")
    assert parts.fault("one") == "its table counts (counts-00000.parquet) has 4 bytes, not " + (
        f"{json.loads((parts.part('one') / SEAL).read_text('utf-8'))['files'][first.name]['bytes']:,}"
    )
    with pytest.raises(StoreError, match="run «datasync load»"):
        parts.files("one", "counts")
    write(parts)
    assert pl.read_parquet(parts.files("one", "counts")[0]).equals(COUNTS)
    assert [folder.name for folder in parts.folder.iterdir()] == ["one"]


def test_what_is_not_used_for_long_is_cleared_away(parts):
    for key in ("used", "unused", "kept"):
        write(parts, key)
    (parts.folder / "unused.lock").touch()
    for path in parts.folder.iterdir():
        os.utime(path, (time.time() - 1000,) * 2)
    parts.touch("used")
    parts.touch("never there")
    parts.tidy({"kept"}, grace_seconds=500)
    assert sorted(path.name for path in parts.folder.iterdir()) == ["kept", "used"]


def test_a_part_whose_check_fails_does_not_appear(parts):
    def refuse() -> None:
        raise RuntimeError("the file was changed")

    with pytest.raises(RuntimeError), parts.only_if(refuse):
        write(parts)
    assert list(parts.folder.iterdir()) == []
    write(parts)
    assert parts.has("one")
