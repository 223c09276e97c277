import os
import time
import tracemalloc

import polars as pl
import pytest

from datasync_lib.errors import StoreError
from datasync_lib.tables import store as store_module
from datasync_lib.tables.store import GRACE_SECONDS, Store, key_of
from datasync_lib.vocabulary.tables import conform

LINKS = conform(
    "links", pl.DataFrame({"file": ["a"], "record": [0], "host_mms_id": ["1"], "constituent_mms_id": ["2"]})
)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "tables")


def write(store: Store, key: str, frame: pl.DataFrame = LINKS) -> None:
    with store.write(key) as writer:
        writer.add("links", frame)


def test_nothing_counts_before_it_is_committed(store):
    write(store, "one")
    assert store.scan("links").collect().is_empty()
    store.commit(["one"])
    assert store.scan("links").collect().equals(LINKS)


def test_a_part_that_fails_leaves_nothing(store):
    with pytest.raises(RuntimeError), store.write("one") as writer:
        writer.add("links", LINKS)
        raise RuntimeError("interrupted")
    assert not store.has("one")
    assert list((store.folder / "parts").iterdir()) == []


def test_a_commit_replaces_what_counted(store):
    write(store, "one")
    write(store, "two", LINKS.with_columns(host_mms_id=pl.lit("9")))
    store.commit(["one"])
    held = store.scan("links")
    store.commit(["two"])
    assert store.scan("links").collect()["host_mms_id"].to_list() == ["9"]
    assert held.collect()["host_mms_id"].to_list() == ["1"], "what a notebook still holds can be read"


def test_parts_that_do_not_count_go_after_the_grace_time(store):
    for key in ("old", "young", "kept"):
        write(store, key)
    past = time.time() - GRACE_SECONDS - 60
    for key in ("old", "kept"):
        os.utime(store.part(key), (past, past))
    store.commit(["kept"])
    assert [store.has(key) for key in ("old", "young", "kept")] == [False, True, True]


def test_the_grace_time_begins_when_a_part_stops_to_count(store):
    write(store, "one")
    write(store, "two", LINKS.with_columns(host_mms_id=pl.lit("9")))
    store.commit(["one"])
    days_ago = time.time() - 3 * GRACE_SECONDS
    os.utime(store.part("one"), (days_ago, days_ago))
    held = store.scan("links")
    store.commit(["two"])
    assert held.collect().equals(LINKS)
    store.commit(["two"])
    assert store.has("one")
    os.utime(store.part("one"), (days_ago, days_ago))
    store.commit(["two"])
    assert not store.has("one")


def test_a_manifest_of_another_schema_does_not_count(store, monkeypatch):
    write(store, "one")
    store.commit(["one"])
    monkeypatch.setattr(store_module, "SCHEMA_VERSION", "another")
    for ask in (store.manifest, lambda: store.scan("links")):
        with pytest.raises(StoreError, match="the tables of another version of this program: run «datasync load»"):
            ask()


def test_a_damaged_manifest_says_what_to_do(store):
    store.commit([])
    (store.folder / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match="is damaged: run «datasync load», which writes it anew"):
        store.manifest()


def test_an_unknown_table_lists_those_there_are(store):
    with pytest.raises(StoreError, match="no table 'bib'; there are: authorisations, bibs, commitments"):
        store.scan("bib")


def test_one_writer_at_a_time(store, tmp_path):
    with (
        store.lock(),
        pytest.raises(StoreError, match="another load is writing here"),
        Store(store.folder).lock(wait=0.1),
    ):
        pass
    with store.lock(), store.lock():
        pass


def test_a_frame_against_its_schema_is_refused(store):
    from dataframely.exc import ValidationError

    wrong = pl.DataFrame(
        {"file": ["a"], "kind": ["catalogue"], "sha256": [""], "bytes": [1], "found": [2], "loaded": [1]}
    )
    with pytest.raises(ValidationError), store.write("one") as writer:
        writer.add("files", wrong.with_columns(repaired=0, repeated=0, rejected=0))
    assert not store.has("one")


def test_keys_tell_contents_apart():
    assert key_of("a", 1, {"x": 1, "y": 2}) == key_of("a", 1, {"y": 2, "x": 1})
    assert len({key_of("a", 1), key_of("a", 2), key_of("b", 1), key_of("a", "1")}) == 4


def test_a_full_disk_is_told_and_leaves_nothing(store, monkeypatch):
    def no_space(self, *args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_module.pl.DataFrame, "write_parquet", no_space)
    with pytest.raises(StoreError, match="free space there and load again"), store.write("one") as writer:
        writer.add("links", LINKS)
    assert not store.has("one")


def test_a_file_of_a_part_is_copied_in_bounded_memory_and_once(store, tmp_path, monkeypatch):
    with store.write("one") as writer:
        for _ in range(30):
            writer.append_bytes("rejected.mrc", bytes(1_000_000))
    target = tmp_path / "reports" / "x.rejected.mrc"
    tracemalloc.start()
    store.copy_out("one", "rejected.mrc", target)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
    assert target.stat().st_size == 30_000_000
    monkeypatch.setattr(store_module.shutil, "copy2", lambda *_: pytest.fail("copied again"))
    store.copy_out("one", "rejected.mrc", target)
    store.copy_out("one", "missing.mrc", tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_a_copy_on_a_full_disk_is_told_and_leaves_what_was_there(store, tmp_path, monkeypatch):
    with store.write("one") as writer:
        writer.append_bytes("rejected.mrc", b"new")
    target = tmp_path / "x.rejected.mrc"
    target.write_bytes(b"as before")

    def no_space(_, new):
        new.write_bytes(b"n")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_module.shutil, "copy2", no_space)
    with pytest.raises(StoreError, match=r"x\.rejected\.mrc cannot be written .* free space there and load again"):
        store.copy_out("one", "rejected.mrc", target)
    assert target.read_bytes() == b"as before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["x.rejected.mrc"]
