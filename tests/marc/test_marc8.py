"""MARC-8: the text is pymarc's, and what pymarc loses in silence is told."""

import contextlib
import io
import random
import re

import polars as pl
import pytest
from marc_samples import BINARY
from pymarc.marc8 import marc8_to_unicode

from datasync_lib.marc import read_marc
from datasync_lib.marc.marc8 import Loss, from_marc8


@pytest.fixture
def read(tmp_path):
    """Issues and counts of the records that some bytes are."""

    def issues_and_counts(data: bytes):
        (tmp_path / "records.mrc").write_bytes(data)
        found = read_marc(tmp_path / "records.mrc")
        issues = found.issues.select("record", "byte_offset", "code", "message").filter(pl.col("code") != "bad_008")
        return issues.rows(), found.files.select("loaded", "repaired", "rejected").row(0)

    return issues_and_counts


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Plain ASCII", "Plain ASCII"),
        (b"M\xe8uller, caf\xe2e, Gr\xe8o\xc7e", "Müller, café, Größe"),
        (b"Dvo\xe9r\xe2ak, \xa1\xe2od\xe2z", "Dvořák, Łódź"),
        (b"\xebi\xecu\xebi\xeca", "i︠u︡i︠a︡"),
        (b"\x1b(NpUTX\x1b(B / 1", "Путь / 1"),
        (b"\x1b(2`ab\x1b(B.", "אבג."),
        (b"\x1b$1!0d!0i\x1b(B (title)", "人仄 (title)"),
        (b"\x1bga\x1bs-particle H\x1bb2\x1bsO", "α-particle H₂O"),
        (b"The \xf6w\xf6o\xf6r\xf6d\xf6 \xf6s\xf6o", "The w̲o̲r̲d̲ ̲s̲o̲"),
        (b"m\xe1m n\xe5n \xe4g\xe8o", "mm̀ nn̄ g̃ö"),
        (b"no\x88The \x89title", "noThe title"),
        (b"acute \xe2&#x03B1;", "acute &́#x03B1;"),
    ],
)
def test_valid_marc8_loses_nothing(data, text):
    lost = set()
    assert (from_marc8(data, lost), lost) == (text, set())


@pytest.mark.parametrize(
    ("data", "text", "lost"),
    [
        (b"M\xfcller", "M�ller", {Loss.BYTES}),
        (b"Rok\xbe \xaf\xd5 end", "Rok� �� end", {Loss.BYTES}),
        (b"it\x92s", "it�s", {Loss.BYTES}),
        (b"\x80\xa0\xff", "���", {Loss.BYTES}),
        (b"caf\xe9 de Paris", "caf ̌de Paris", {Loss.DIACRITIC}),
        (b"Biblioth\xe8que", "Bibliothq̈ue", {Loss.DIACRITIC}),
        (b"P\xe5 omslaget", "P ̄omslaget", {Loss.DIACRITIC}),
        (b"caf\xe9", "caf", {Loss.LAST_DIACRITIC}),
        (b"a\x00b\tc\n", "abc", {Loss.CONTROL}),
        (b"\x1bga and b", "α α�� β", {Loss.BYTES}),
        (b"\x1b(Xabc", "���", {Loss.ESCAPE, Loss.BYTES}),
        (b"\x1b)!Eabc", "Eabc", {Loss.ESCAPE}),
        (b"\x1bzabc", "zabc", {Loss.ESCAPE}),
        (b"abc\x1b(", "abc\x1b(", {Loss.ESCAPE}),
        (b"\x1b$1!0d!0", "人�", {Loss.BYTES}),
    ],
)
def test_what_is_lost_is_told(data, text, lost):
    found = set()
    assert (from_marc8(data, found), found) == (text, lost)


def test_it_is_pymarcs_text_whatever_the_bytes():
    rng = random.Random(8)
    parts = [
        b"(",
        b")",
        b"$",
        b",",
        b"-",
        b"1",
        b"N",
        b"B",
        b"!E",
        b"s",
        b"g",
        b"p",
        b"2",
        b"a",
        b"e",
        b" ",
        b"&#x",
        b"\xe8",
    ]
    parts += [
        b"\x1b",
        b"\xeb",
        b"\xfc",
        b"\xa1",
        b"\x00",
        b"\n",
        b"\x92",
        b"\x88",
        b"\x80",
        b"\xff",
        b"\x1b$1",
        b"!0d",
        b"\x1b(B",
    ]
    parts += [b"\x1b(N", b"\x1bs", b"\x1bg", b"\x7f\x20\x14", b"\x21\x2a\x3d"]
    compared = 0
    for _ in range(5000):
        data, lost = b"".join(rng.choices(parts, k=rng.randint(0, 9))), set()
        try:
            ours = from_marc8(data, lost)
        except UnicodeDecodeError:
            ours = None
        with contextlib.redirect_stderr(io.StringIO()):
            try:
                theirs = marc8_to_unicode(data, True)
            except UnicodeDecodeError:
                theirs = None
        if ours is None or theirs is None:
            assert ours is theirs is None, data
            continue
        # Where we show a byte that is not MARC-8, pymarc has a blank, or nothing.
        assert re.fullmatch(" ?".join(map(re.escape, ours.split("�"))), theirs), data
        assert ("�" in ours) == (Loss.BYTES in lost), data
        compared += 1
    assert compared > 4000


def test_a_record_tells_each_kind_of_loss_once_with_its_place(read):
    good = BINARY[0][:9] + b" " + BINARY[0][10:]
    bad = good.replace(b"Ulysses /", b"\xfcl\x00ysse\xe9 ").replace(b"by somebody.", b"by \x1bXsomeb\xfc.")
    issues, counts = read(good + bad)
    assert issues == [
        (1, len(good), "not_marc8", "2 values hold bytes that are not MARC-8; each such byte is shown as �"),
        (
            1,
            len(good),
            "not_marc8",
            "1 values have a diacritic on a blank, on a sign or on a letter that has none; this is hardly MARC-8",
        ),
        (
            1,
            len(good),
            "odd_escape",
            "1 values have an escape sequence that names no character set of MARC-8; what follows may be read wrongly",
        ),
        (
            1,
            len(good),
            "control_characters",
            "1 values hold control characters (NUL, tabulators, line ends); they are left out",
        ),
    ]
    assert counts == (2, 1, 0)


def test_a_control_field_that_is_no_ascii_is_told(read):
    data = (BINARY[0][:9] + b" " + BINARY[0][10:]).replace(b"us   ", b"us \xe9 ")
    assert read(data)[0] == [(0, 0, "not_ascii", "1 control fields are not ASCII; read as ISO 8859-1")]
