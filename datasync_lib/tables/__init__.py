"""Typed frames in Parquet: the schemas, how they are derived, and the store."""
