"""What each line of the records in `decisions/` says: by the name of the file, its keys with the types of their values."""

from collections.abc import Mapping
from datetime import datetime
from types import UnionType

import dataframely as dy
import polars as pl

from ..vocabulary.decisions import Closings, Decisions, Rounds

Form = Mapping[str, type | UnionType]

# Set where the lines are read: the place of a line in its file.
PLACE_IN_FILE = "record"
_TYPES = {pl.String: str, pl.Int64: int, pl.Datetime: datetime}


def _form_of(schema: type[dy.Schema]) -> Form:
    form: dict[str, type | UnionType] = {}
    for name, column in schema.columns().items():
        kind = _TYPES[column.dtype.base_type()]
        # Of what is taken in, the time is always known.
        form[name] = kind | None if column.nullable and kind is not datetime else kind
    return {name: kind for name, kind in form.items() if name != PLACE_IN_FILE}


_TEXT = str | None
FORMS: Mapping[str, Form] = {
    "decisions.jsonl": _form_of(Decisions),
    "closings.jsonl": _form_of(Closings),
    "rounds.jsonl": _form_of(Rounds),
    "before_lists.jsonl": {
        **dict.fromkeys(("symbol", "as_of", "file", "sha256"), str),
        **{"sources": list, "rows": int | None, "at": _TEXT},
    },
    "deletions.jsonl": {
        **dict.fromkeys(("symbol", "folder", "prediction_sha256"), str),
        **dict.fromkeys(("day", "list_of", "deleted_by", "manifest_sha256", "at"), _TEXT),
        "numbers": int | None,
    },
    "deletions_after.jsonl": {
        **dict.fromkeys(("symbol", "list_of"), str),
        **dict.fromkeys(("package", "folder", "at"), _TEXT),
        **dict.fromkeys(("removed", "stayed", "remaining", "gone_unexpected", "new_unexpected"), int | None),
        "deleted_but_owned": int | None,
    },
    "deletion_overrides.jsonl": {**dict.fromkeys(("symbol", "check", "state", "who", "why", "at"), str), "said": _TEXT},
    "deletion_samples.jsonl": {
        **{"symbol": str, "seed": int, "number": int, "class": str, "right": bool, "who": str},
        **dict.fromkeys(("mms_id", "note", "at"), _TEXT),
    },
}
