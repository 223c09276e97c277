"""The version of the package, on every page that it makes."""

VERSION = "0.1.0"
