"""A fault in a settings file in words: the key by its path, what was expected, and the closest spelling of one misspelt."""

import difflib
import re
import tomllib
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from pydantic import BaseModel

from ..errors import did_you_mean

# What a value has to look like, by the pattern that it is held against (kinds.py, parts.py, report_layouts.py).
_FORMS = {
    r"^[A-Z0-9@$#*-]{1,8}$": "an OCLC symbol: up to eight capital letters, digits and signs such as @",
    r"^(LDR|[0-9A-Za-z]{3})$": 'a tag, such as "852", or LDR',
    r"^[0-9A-Za-z]{3}(\$[!-~])?$": 'a tag, and $ with the subfield code where there is one, such as "035$a"',
    r"^[!-~]$": "one sign: the subfield code without $",
    r"^[!-~]+$": 'subfield codes without $ and blanks, such as "hij"',
    r"^(\d{4})?$": "four digits, or nothing",
    r"^\d{7}$": "seven digits",
    r"^[a-z0-9_]+$": "small letters, digits and _",
    r"^[A-Za-z0-9_]+$": "letters, digits and _, such as LbdProcessingReport",
    "^9": "a tag that begins with 9",
    r"^$|^[^{}]*\{mms_id\}[^{}]*$": "an address with {mms_id} and no other gap, or nothing",
    r"^$|^[^{}]*\{ocn\}[^{}]*$": "an address with {ocn} and no other gap, or nothing",
}
_LIMITS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
# How often people write what is meant: with blanks, in small letters, with other signs between.
_LIKE_SPELLINGS = (str.strip, str.upper, str.lower, lambda text: re.sub(r"\W+", "_", text.lower()))


def fault_in_words(fault: Mapping, model: type[BaseModel]) -> str:
    """One of the errors of a pydantic model as a line, indented.

    Args:
        fault: an element of `ValidationError.errors()`.
        model: the model of the whole file.
    """
    places = [part for part in fault["loc"] if isinstance(part, int) or re.fullmatch(r"[a-z_0-9]+", part)]
    if fault["loc"][-1:] == ("str",):
        places.pop()  # one of several kinds that the value may be of
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in places)
    if fault["type"] == "extra_forbidden":
        return f"  {key}: no such setting; {_nearest(fault['loc'], model)}"
    if fault["type"] == "missing":
        return f"  {key}: is missing; it has to be given"
    message = _expected(fault) or fault["msg"].removeprefix("Value error, ")
    return f"  {key}: {message}, found {_as_written(fault['input'])}" if key else f"  {message}"


def toml_in_words(error: tomllib.TOMLDecodeError) -> str:
    """What is the matter with a file that is no TOML, and what mends it."""
    said, _, where = str(error).partition(" (at ")
    where = where.removesuffix(")")
    what = next((words for found, words in _NO_TOML.items() if found in said), said)
    place = {"": "", "end of document": " at its end"}.get(where, f" in {where}")
    return f"cannot be read{place}: {what}"


_NO_TOML = {
    "Invalid value": 'a value is no number, no date, not true or false, and has no straight quotes: write it as "text"',
    "Unescaped '\\'": "a backslash in double quotes has a meaning of its own; write / for \\, or put the text in single quotes",
    "Invalid hex value": "a backslash in double quotes has a meaning of its own; write / for \\, or put the text in single quotes",
    "Cannot overwrite a value": "a setting is there twice; keep one of them",
    "Cannot declare": "a block in [ ] is there twice; keep one of them, or write [[ ]] where there may be several",
    "at the end of a table declaration": "the ] that ends the name of a block is missing",
    "Expected '=' after a key": "a setting is written name = value; a line of remarks begins with #",
    "Expected newline": "something stands behind a value that does not belong there; quotes inside of a text: use '…'",
    "Illegal character": "a text in quotes has to end in the same line",
    "Unterminated string": "the quotes that end a text are missing",
    "Unclosed array": "the ] that ends a list is missing",
}


def _expected(fault: Mapping) -> str | None:
    """What is expected, in our words; None where a message is ours already."""
    words = _WORDS.get(fault["type"])
    if words is None and fault["type"].startswith("date"):
        words = _a_day
    return words(fault) if words else None


def _a_day(_: Mapping) -> str:
    return "expected a day of the calendar, written 2025-07-21"


def _text(fault: Mapping) -> str:
    value = fault["input"]
    if isinstance(value, int | float | date):
        return f'expected text; put it in quotes: "{_as_written(value)}"'
    return "expected one text in quotes"


def _form(fault: Mapping) -> str:
    pattern, value = fault["ctx"]["pattern"], fault["input"]
    like = _like(value, lambda text: re.fullmatch(pattern.removesuffix("$"), text))
    return f"expected {_FORMS.get(pattern, f'text like {pattern}')}{like}"


def _one_of(fault: Mapping) -> str:
    choices = re.findall(r"'((?:[^'\\]|\\.)*)'", fault["ctx"]["expected"])
    like = did_you_mean(fault["input"], choices) if isinstance(fault["input"], str) else ""
    return f"expected {fault['ctx']['expected']}{like}"


def _limit(fault: Mapping) -> str:
    ((limit, value),) = fault["ctx"].items()
    percent = "; shares are parts of 1, so that 90% is written 0.9" if limit == "le" and value == 1 else ""
    return f"expected {_LIMITS[limit]} {value}{percent}"


def _like(value: object, fits: Callable[[str], object]) -> str:
    spellings: Iterable[str] = (form(value.strip()) for form in _LIKE_SPELLINGS) if isinstance(value, str) else ()
    meant = next((each for each in spellings if each and fits(each)), None)
    return f'; did you mean "{meant}"?' if meant else ""


def _says(words: str) -> Callable[[Mapping], str]:
    return lambda _: words


_A_NUMBER = _says("expected a number, without quotes and without %")
_A_WHOLE_NUMBER = _says("expected a whole number, without quotes")
_A_LIST = _says('expected a list in [ ], such as ["one", "two"]; blocks that may be several are written [[ ]]')
_A_BLOCK = _says("expected a block of settings with names: [name] in a line of its own, or { name = value }")
_WORDS: dict[str, Callable[[Mapping], str]] = {
    "string_type": _text,
    "string_pattern_mismatch": _form,
    "literal_error": _one_of,
    "bool_type": _says("expected true or false, without quotes"),
    "bool_parsing": _says("expected true or false, without quotes"),
    **dict.fromkeys(["int_type", "int_parsing", "int_from_float"], _A_WHOLE_NUMBER),
    **dict.fromkeys(["float_type", "float_parsing", "finite_number"], _A_NUMBER),
    **dict.fromkeys(["tuple_type", "list_type"], _A_LIST),
    **dict.fromkeys(["model_type", "model_attributes_type", "dict_type"], _A_BLOCK),
    "too_short": lambda fault: f"expected at least {fault['ctx']['min_length']} in the list",
    "too_long": lambda fault: f"expected at most {fault['ctx']['max_length']} in the list",
    **dict.fromkeys(["greater_than_equal", "greater_than", "less_than_equal", "less_than"], _limit),
}


def _as_written(value: object) -> str:
    """A value as it stands in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, date) else repr(value)


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
