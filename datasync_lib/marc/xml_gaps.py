"""What stands between the records of an XML file: whole tags and comments, places to go on from, and bytes that must not be lost."""

import re

import numpy as np

from .xml_scan import RECORD_START

SPACE = b" \t\r\n"
_COMMENTS = rb"<!--.*?-->|<\?.*?\?>"
_CDATA = rb"<!\[CDATA\[.*?\]\]>"
_TAG = rb"<(?!!--|\?|!\[)(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>"
_COLLECTION = rb"</?(?:[\w.-]+:)?collection(?:\s(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)?/?>"

TAG = re.compile(_TAG, re.DOTALL)
NEXT_START = re.compile(RECORD_START.pattern + rb"|<\?xml(?=\s)")
RECORD_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?record\s*>")
CLOSING_TAG = re.compile(rb"</([^\s<>]+)\s*>")
OPENING_TAG = re.compile(rb"<[A-Za-z_!]")
ONE_TAG = re.compile(rb"<[^<>]*>\s*")
_WHOLE = re.compile(rb"(?:[^<]++|" + _COMMENTS + b"|" + _CDATA + b"|" + _TAG + rb")*+", re.DOTALL)
_WHOLE_WITHOUT_TEXT = re.compile(rb"(?:[ \t\r\n]++|" + _COMMENTS + b"|" + _TAG + rb")*+", re.DOTALL)
_EMPTY_COLLECTION = re.compile(
    rb"(?:\xef\xbb\xbf|\x7f)?(?:[ \t\r\n]++|" + _COMMENTS + rb"|<!DOCTYPE[^<>\[]*>|" + _COLLECTION + rb")*+", re.DOTALL
)
_NO_MARKUP = re.compile(rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_FIELD = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:leader|controlfield|datafield|subfield)[\s/>]")
_DOCUMENT = re.compile(
    rb"\xef\xbb\xbf[ \t\r\n]*<|\xff\xfe<\x00|\xfe\xff\x00<|<\?xml\s|<\x00\?\x00x\x00m\x00|\x00<\x00\?\x00x\x00m"
)


# The codecs of these widths.
WIDE = {"<u2": "utf-16le", ">u2": "utf-16be"}


def width_of(start: bytes) -> str:
    """The type of the numbers that the characters of a document are, by its first four bytes; empty: single bytes."""
    if start.startswith(b"\xff\xfe") or (start[1:2] == b"\x00" and start[:1] == b"<"):
        return "<u2"
    return ">u2" if start.startswith((b"\xfe\xff", b"\x00<")) else ""


def narrowed(data: bytes, width: str) -> bytes:
    """UTF-16 with one byte for each two, so that markup is found in it as in other files; what is not ASCII is DEL."""
    if not width:
        return data
    signs = np.frombuffer(data, width, count=len(data) // 2)
    return np.where(signs < 0x7F, signs, 0x7F).astype(np.uint8).tobytes()


def after_whole(data: bytes, start: int, end: int, *, text: bool) -> int:
    """Where the last tag, comment or (if `text`) text ends that is whole between two places."""
    return (_WHOLE if text else _WHOLE_WITHOUT_TEXT).match(data, start, end).end()  # type: ignore[union-attr]


def is_empty_collection(data: bytes) -> bool:
    """Is there nothing but tags of collections, comments and the like?"""
    return bool(_EMPTY_COLLECTION.fullmatch(data)) and b"collection" in data


def document_begins(data: bytes) -> bool:
    """Is this the mark or the declaration that only the first bytes of a document can be?"""
    return bool(_DOCUMENT.match(data))


def check_nothing_is_lost(between: bytes, place: int) -> None:
    """What was let go outside of loaded and rejected pieces holds no leader and no field."""
    if _FIELD.search(between) and _FIELD.search(_NO_MARKUP.sub(b"", between)):
        raise AssertionError(f"fields after byte {place} belong to nothing")
