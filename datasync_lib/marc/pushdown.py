"""What does a query want of the reader? The tags in its filter, so that no other field is even decoded."""

import json
import warnings

import polars as pl


def tags_asked_for(predicate: pl.Expr | None) -> frozenset[str] | None:
    """The tags that rows must have to pass a filter; None: it cannot be said, any tag may pass.

    Understood are `tag == "245"` and `tag.is_in([...])`, alone or joined with other conditions by `&` and `|`. The
    filter itself is applied all the same, so too many tags do no harm.
    """
    if predicate is None:
        return None
    try:
        return _tags(predicate)
    except Exception:  # an expression of a shape that this version of Polars writes differently: read everything
        return None


def _tags(predicate: pl.Expr) -> frozenset[str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shape = json.loads(predicate.meta.serialize(format="json"))
    operator = shape.get("BinaryExpr", {}).get("op")
    if operator in ("And", "Or"):
        left, right = (_tags(part) for part in predicate.meta.pop())
        if operator == "Or":
            return None if left is None or right is None else left | right
        return right if left is None else left if right is None else left & right
    function = shape.get("Function", {}).get("function", {})
    is_in = "IsIn" in json.dumps(function)
    return _compared_with_tag(predicate) if operator == "Eq" or is_in else None


def _compared_with_tag(predicate: pl.Expr) -> frozenset[str] | None:
    """The literals that the column tag is compared with."""
    parts = predicate.meta.pop()
    columns = [part for part in parts if str(part) == 'col("tag")']
    literals = [part for part in parts if part.meta.is_literal()]
    if len(columns) != 1 or len(literals) != 1:
        return None
    value = pl.select(literals[0]).to_series().explode(empty_as_null=False).to_list()
    return frozenset(value) if all(isinstance(tag, str) for tag in value) else None
