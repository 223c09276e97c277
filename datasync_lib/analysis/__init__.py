"""Pure functions from tables to findings: frames in, frames out; nothing here opens a file."""
