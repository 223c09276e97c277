"""A fault in a settings file in words: the key by its path, what was expected, and the closest spelling of one misspelt."""

import difflib
import typing
from collections.abc import Mapping

from pydantic import BaseModel


def fault_in_words(fault: Mapping, model: type[BaseModel]) -> str:
    """One of the errors of a pydantic model as a line, indented.

    Args:
        fault: an element of `ValidationError.errors()`.
        model: the model of the whole file.
    """
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"  {key}: no such setting; {_nearest(fault['loc'], model)}"
    found = "" if fault["type"] == "missing" or not key else f", found {fault['input']!r}"
    message = fault["msg"].removeprefix("Value error, ")
    return f"  {key}: {message}{found}" if key else f"  {message}"


def _nearest(location: tuple, model: type[BaseModel]) -> str:
    """The settings that would have been possible at this place, the closest spelling first."""
    for part in location[:-1]:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        inner = [a for a in typing.get_args(annotation) if isinstance(a, type) and issubclass(a, BaseModel)]
        model = inner[0] if inner else annotation
    names = list(model.model_fields)
    close = difflib.get_close_matches(str(location[-1]), names, n=1)
    return f"did you mean {close[0]}?" if close else f"expected one of: {', '.join(names)}"
