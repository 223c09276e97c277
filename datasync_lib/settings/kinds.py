"""What the keys of the settings are made of: tags, places, patterns, symbols."""

import re
from typing import Annotated

import polars as pl
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Tag = Annotated[str, Field(pattern=r"^(LDR|[0-9A-Za-z]{3})$")]
Code = Annotated[str, Field(pattern=r"^[!-~]$")]
Place = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{3}(\$[!-~])?$", description="tag, and $ with the subfield code")]


def _regular_expression(text: str) -> str:
    """Refused where the engine that reads tables would refuse it."""
    try:
        pl.Series([""]).str.contains(text)
    except pl.exceptions.ComputeError:
        raise ValueError("no regular expression; before ( [ { ? * + . | that are meant as signs write \\") from None
    return text


def _web_address(text: str) -> str:
    """Refused where a click would do anything else than open a page: javascript:, file:, ms-word: and the like."""
    gap = re.sub(r"\{\w+\}", "1", text)
    if text and not re.fullmatch(r"(?i)https?://\w(?:[\w.-]*\w)?(?::\d{1,5})?(?:[/?#][^\s<>\"\\]*)?", gap):
        raise ValueError("a link begins with https:// or http:// and the name of a host, and has no blanks")
    return text


Pattern = Annotated[str, AfterValidator(_regular_expression)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Symbol = Annotated[str, Field(pattern=r"^[A-Z0-9@$#*-]{1,8}$"), AfterValidator(str.strip)]


class Model(BaseModel):
    """A part of the settings: no key that we do not know, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
