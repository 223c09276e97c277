import gzip
import hashlib
import io
import random
import tarfile
import tracemalloc
import zipfile

import pytest

from datasync_lib.errors import InputError
from datasync_lib.marc import Limits, find_inputs, read_marc
from datasync_lib.marc.archives import TarCursor


def tar(path, members, mode="w:gz", **how):
    with tarfile.open(path, mode, **how) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def content(source):
    with source.open() as stream:
        return stream.read()


def count_opens(monkeypatch) -> list[str]:
    """Grows by a name whenever an archive is opened."""
    opened = []
    for kind in (tarfile.TarFile, zipfile.ZipFile):

        def init(self, *args, real=kind.__init__, name=kind.__name__, **options):
            opened.append(name)
            real(self, *args, **options)

        monkeypatch.setattr(kind, "__init__", init)
    return opened


def contents(inputs):
    return {each.file: each.problem or content(each) for each in inputs}


def test_every_kind_of_source_in_one_folder(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "plain.mrc").write_bytes(b"plain")
    (tmp_path / "a.mrc.gz").write_bytes(gzip.compress(b"from gz"))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("one.xml", "first")
        archive.writestr("inner/two.mrc.gz", gzip.compress(b"second"))
    tar(tmp_path / "c.tar.gz", [("x.xml", b"xx"), ("y.xml", b"yy")])
    tar(tmp_path / "d.tar", [("x.xml", b"XX")], "w")
    tar(tmp_path / "e.tar.bz2", [("x.xml", b"xX")], "w:bz2")

    assert contents(find_inputs(tmp_path)) == {
        "a.mrc.gz": b"from gz",
        "b.zip/one.xml": b"first",
        "b.zip/inner/two.mrc.gz": b"second",
        "c.tar.gz/x.xml": b"xx",
        "c.tar.gz/y.xml": b"yy",
        "d.tar/x.xml": b"XX",
        "e.tar.bz2/x.xml": b"xX",
        "sub/plain.mrc": b"plain",
    }


def test_names_are_relative_to_what_was_named(tmp_path):
    for name in ("a/x.mrc", "b/x.mrc"):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_bytes(b"x")

    def files(*arguments, **options):
        return [each.file for each in find_inputs(*arguments, **options)]

    assert files(tmp_path / "a" / "x.mrc") == ["x.mrc"]
    assert files([tmp_path / "a" / "x.mrc", tmp_path / "b" / "x.mrc"]) == ["a/x.mrc", "b/x.mrc"]
    assert files([tmp_path / "a", tmp_path / "a" / "x.mrc"]) == ["x.mrc"]
    assert files(str(tmp_path / "*" / "x.mrc")) == ["a/x.mrc", "b/x.mrc"]
    assert files(tmp_path / "a", relative_to=tmp_path) == ["a/x.mrc"]


@pytest.mark.parametrize("name", ["missing.mrc", "no*.mrc"])
def test_what_is_not_there_raises(tmp_path, name):
    with pytest.raises(InputError, match=r"does not exist|no file fits"):
        find_inputs(str(tmp_path / name))


def test_what_cannot_be_opened_is_listed_with_its_reason(tmp_path):
    (tmp_path / "not.zip").write_bytes(b"<html>")
    (tmp_path / "cut.tar.gz").write_bytes(gzip.compress(b"nothing of a tar"))
    (tmp_path / "empty.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    problems = {each.file: each.problem for each in find_inputs(tmp_path)}
    assert problems["not.zip"] == "cannot be opened: File is not a zip file"
    assert problems["empty.zip"] == "the archive is empty"
    assert problems["cut.tar.gz"].startswith("cannot be opened")
    with pytest.raises(InputError, match=r"not\.zip: cannot be opened"):
        next(each for each in find_inputs(tmp_path) if each.file == "not.zip").open()


def test_names_of_members_lead_nowhere(tmp_path):
    tar(
        tmp_path / "t.tar",
        [("../../up.mrc", b"1"), ("/etc/abs.mrc", b"2"), ("same.mrc", b"3"), ("same.mrc", b"4")],
        "w",
    )
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("C:\\windows\\drive.mrc", "5")
    before = sorted(tmp_path.parent.rglob("*"))
    assert contents(find_inputs(tmp_path)) == {
        "t.tar/__/__/up.mrc": b"1",
        "t.tar/etc/abs.mrc": b"2",
        "t.tar/same.mrc": b"3",
        "t.tar/same.mrc#2": b"4",
        "z.zip/C/windows/drive.mrc": b"5",
    }
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_links_in_an_archive_are_not_followed(tmp_path):
    with tarfile.open(tmp_path / "t.tar", "w") as archive:
        info = tarfile.TarInfo("passwords.mrc")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    assert contents(find_inputs(tmp_path)) == {"t.tar/passwords.mrc": "is a link or a device, not a file"}


def test_a_tar_that_swells_is_found_out_when_it_is_listed(tmp_path):
    tar(tmp_path / "bomb.tar.gz", [("x", bytes(3_000_000)), ("y", bytes(3_000_000))])
    (found,) = find_inputs(tmp_path, limits=Limits(free_bytes=1_000_000, ratio=200))
    assert found.problem.startswith("cannot be opened: far more bytes come out of it than its size on disk allows")


@pytest.mark.parametrize("name", ["bomb.mrc.gz", "bomb.zip"])
def test_a_bomb_ends_with_an_error_that_names_it(tmp_path, name):
    zeros = bytes(3_000_000)
    if name.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x", zeros)
    else:
        (tmp_path / name).write_bytes(gzip.compress(zeros))
    limits = Limits(free_bytes=1_000_000, ratio=200)
    (found,) = find_inputs(tmp_path, limits=limits)
    with found.open() as stream:
        assert len(stream.read()) < 2_100_000
        with pytest.raises(InputError, match=rf"{name}.*zip bomb"):
            stream.read()
    (harmless,) = find_inputs(tmp_path)
    assert content(harmless) == zeros


def test_a_gz_that_breaks_off_names_itself_and_keeps_its_fingerprint(tmp_path):
    whole = bytes(range(256)) * 4000
    (tmp_path / "cut.mrc.gz").write_bytes(gzip.compress(whole, 0)[:500_000])
    (found,) = find_inputs(tmp_path)
    with found.open() as stream:
        salvaged = stream.read()
        with pytest.raises(InputError, match=r"cut\.mrc\.gz: breaks off after \d+ bytes"):
            stream.read()
    assert whole.startswith(salvaged)
    digest, size = found.fingerprint()
    assert size == len(salvaged) > 400_000
    assert digest == hashlib.sha256(whole[:size]).hexdigest()


@pytest.mark.parametrize(
    ("mode", "how"), [("w", {}), ("w:gz", {}), ("w:bz2", {"compresslevel": 1}), ("w:xz", {"preset": 0})]
)
def test_a_tar_that_breaks_off_keeps_the_members_before_the_break(tmp_path, mode, how):
    noise = random.Random(1)
    members = [(f"{number}.mrc", noise.randbytes(700_000)) for number in range(5)]
    path = tmp_path / f"cut.tar{mode[1:].replace(':', '.')}"
    tar(path, members, mode, **how)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.9)])

    *found, broken = find_inputs(tmp_path)
    assert [each.member for each in found] == [name for name, _ in members]
    assert [content(each) for each in found[:4]] == [data for _, data in members[:4]]
    with found[4].open() as stream:
        salvaged = stream.read()
        with pytest.raises(InputError, match=r"4\.mrc: breaks off after \d+ bytes"):
            stream.read()
    assert members[4][1].startswith(salvaged)
    assert 200_000 < len(salvaged) < 700_000
    assert broken.file == path.name
    assert broken.problem.startswith("cannot be read to its end: ")
    TarCursor.release()


@pytest.mark.parametrize("cut", [512 + 1024, 512 + 1024 + 100, 512 + 1024 + 512 + 200])
def test_a_tar_that_ends_between_members_says_so(tmp_path, cut):
    tar(tmp_path / "t.tar", [("1.mrc", b"x" * 1024), ("2.mrc", b"y" * 1024)], "w")
    (tmp_path / "t.tar").write_bytes((tmp_path / "t.tar").read_bytes()[:cut])
    first, *second, broken = find_inputs(tmp_path)
    assert content(first) == b"x" * 1024
    assert len(second) == (cut > 512 + 1024 + 512)
    assert broken.problem.startswith("cannot be read to its end")
    TarCursor.release()


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path):
    tar(tmp_path / "t.tar", [("1.mrc", b"x" * 512), ("2.mrc", b"y" * 512)], "w")
    data = bytearray((tmp_path / "t.tar").read_bytes())
    data[1024 + 150] ^= 1
    (tmp_path / "t.tar").write_bytes(data)
    first, broken = find_inputs(tmp_path)
    assert content(first) == b"x" * 512
    assert broken.problem == "cannot be read to its end: bad checksum"
    TarCursor.release()


def test_fingerprint_is_of_the_decompressed_bytes(tmp_path):
    (tmp_path / "x.mrc").write_bytes(b"same")
    (tmp_path / "x.mrc.gz").write_bytes(gzip.compress(b"same"))
    prints = {each.fingerprint() for each in find_inputs(tmp_path)}
    assert prints == {(hashlib.sha256(b"same").hexdigest(), 4)}


def test_members_of_a_tar_are_read_in_one_pass_and_in_any_order(tmp_path):
    tar(tmp_path / "t.tar.gz", [(f"{number}.xml", str(number).encode() * 1000) for number in range(20)])
    inputs = find_inputs(tmp_path)
    expected = [str(number).encode() * 1000 for number in range(20)]
    assert [content(each) for each in inputs] == expected
    assert [content(each) for each in reversed(inputs)] == expected[::-1]
    with inputs[3].open() as first, inputs[2].open() as second:
        assert (first.read(3), second.read(3)) == (b"333", b"222")
    TarCursor.release()
    (tmp_path / "t.tar.gz").unlink()


def test_an_archive_of_many_members_is_opened_a_few_times(tmp_path, monkeypatch):
    record = b"00026nam a2200025   4500\x1e\x1d"
    tar(tmp_path / "t.tar.gz", [(f"{number}.mrc", record) for number in range(300)])
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for number in range(300):
            archive.writestr(f"{number}.mrc", record)
    opened = count_opens(monkeypatch)
    inputs = find_inputs(tmp_path)
    assert sorted(opened) == ["TarFile", "ZipFile"]
    looks = [each.look_through(5) for each in inputs]
    assert set(looks) == {(hashlib.sha256(record).hexdigest(), len(record), record[:5])}
    assert {each.fingerprint() for each in inputs} == {looks[0][:2]}
    assert len(opened) == 4
    opened.clear()
    files = read_marc(tmp_path).files
    assert set(files["sha256"]) == {looks[0][0]}
    assert files.height == 600
    assert opened.count("TarFile") == 2
    assert opened.count("ZipFile") <= 4
    (tmp_path / "t.tar.gz").unlink()
    (tmp_path / "z.zip").unlink()


def test_members_read_side_by_side_pass_on_together(tmp_path, monkeypatch):
    tar(tmp_path / "t.tar.gz", [(f"{number}.xml", str(number).encode() * 1000) for number in range(20)])
    inputs = find_inputs(tmp_path)
    opened = count_opens(monkeypatch)
    for number, each in enumerate(inputs):
        with each.open() as first, each.open() as second:
            assert first.read() == second.read() == str(number).encode() * 1000
    assert len(opened) == 2
    TarCursor.release()


def test_an_archive_that_was_replaced_is_read_anew(tmp_path):
    for text in (b"first", b"the second"):
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
            archive.writestr("a.mrc", text)
            archive.writestr("b.mrc", text)
        tar(tmp_path / "t.tar", [("a.mrc", text), ("b.mrc", text)], "w")
        zipped, tarred = (find_inputs(tmp_path / name)[0] for name in ("z.zip", "t.tar"))
        assert content(zipped) == content(tarred) == text
    TarCursor.release()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tar"])
def test_a_bomb_of_many_members_has_one_limit(tmp_path, name, packed):
    zeros = gzip.compress(bytes(900_000)) if packed else bytes(900_000)
    members = [(f"{number}.mrc", zeros) for number in range(60)]
    if name.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in members:
                archive.writestr(*each)
    else:
        tar(tmp_path / name, members, "w" if packed else "w:gz")
    limits = Limits(free_bytes=1_000_000, ratio=20)
    allowed = limits.allowed((tmp_path / name).stat().st_size)
    inputs = find_inputs(tmp_path, limits=limits)
    for _ in range(2):  # reading again costs nothing more
        came_out, stopped = 0, []
        for each in inputs:
            try:
                with each.open() as stream:
                    came_out += len(stream.read())
                    stream.read(1)
            except InputError as error:
                stopped.append(str(error))
        assert came_out <= allowed < 60 * 900_000
        assert came_out > allowed - 900_000
        assert stopped
        assert all("zip bomb" in said for said in stopped)
    TarCursor.release()


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_declares_too_much_is_refused(tmp_path, kind):
    tar(tmp_path / "t.tar", [("1.mrc", b"x" * 512)], "w")
    info = tarfile.TarInfo("huge")
    info.type, info.size = kind, 200_000_000
    before = (tmp_path / "t.tar").read_bytes()[:1024]
    with gzip.open(tmp_path / "huge.tar.gz", "wb") as file:
        file.write(before + info.tobuf())
        for _ in range(200):
            file.write(bytes(1_000_000))
    (tmp_path / "t.tar").unlink()
    tracemalloc.start()
    first, broken = find_inputs(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
    assert content(first) == b"x" * 512
    assert "header" in broken.problem
    TarCursor.release()


def test_long_names_and_times_in_headers_are_read(tmp_path):
    name = "long/" * 100 + "ü.mrc"
    for format in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        with tarfile.open(tmp_path / "t.tar", "w", format=format, pax_headers={"comment": "x"}) as archive:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = 4, 1.5
            archive.addfile(info, io.BytesIO(b"data"))
        assert contents(find_inputs(tmp_path)) == {f"t.tar/{name}": b"data"}
    TarCursor.release()


def test_an_encrypted_member_says_so(tmp_path):
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.mrc", "x")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert contents(find_inputs(path)) == {"z.zip/x.mrc": "is encrypted: unpack it with its password first"}
