"""«Why is this one …?»: everything known of one identifier, on one page, with file and row."""

from .page import Trace
from .tracing import trace

__all__ = ["Trace", "trace"]
