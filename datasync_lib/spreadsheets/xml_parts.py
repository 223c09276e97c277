"""XML of spreadsheets, piece after piece, in little memory and without what XML allows beyond elements and text."""

from collections.abc import Iterator
from typing import BinaryIO

import lxml.etree

from ..errors import InputError

Element = lxml.etree._Element


def pieces(stream: BinaryIO, *names: str, starts: bool = False) -> Iterator[tuple[str, str, Element]]:
    """The elements of these names, in any namespace: event (start or end), name, and the element.

    An element is emptied after its end was given; with `starts`, its start is given too.

    Raises:
        InputError: there is a document type, which could put anything in the place of text.
    """
    events = ("start", "end") if starts else ("end",)
    tags = tuple(f"{{*}}{name}" for name in names)
    for event, element in lxml.etree.iterparse(
        stream, events=events, tag=tags, resolve_entities=False, no_network=True
    ):
        if element.getroottree().docinfo.internalDTD is not None:
            raise InputError("its XML has a document type, which no spreadsheet program writes")
        yield event, local(element), element
        if event == "end":
            _forget(element)


def _forget(element: Element) -> None:
    element.clear(keep_tail=True)
    while element.getprevious() is not None and (parent := element.getparent()) is not None:
        del parent[0]


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its name in any namespace."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), None)
