"""What the README shows works on the example institution, as it stands there."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from datasync_lib.cli import app

README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
COMMANDS = sorted({each.partition(" … ")[0] for each in re.findall(r"`\./datasync ([^`]+)`", README)})
QUERIES = re.findall(r"`\./datasync sql \"([^`]+)\"`", README) + re.findall(r"`(select [^`]+)`", README)


def test_the_python_of_the_readme_runs(example, monkeypatch):
    monkeypatch.chdir(example.folder)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)
    assert names["shared"].height > 0


@pytest.mark.parametrize("said", COMMANDS)
def test_a_command_of_the_readme_has_the_options_that_it_names(said):
    name, *words = shlex.split(said)
    command = typer.main.get_command(app).commands[name]
    options = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    assert {word for word in words if word.startswith("-")} <= options


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_of_the_readme_has_an_answer(example, query):
    assert example.sql(query).columns


def test_each_kind_of_example_is_there():
    assert len(COMMANDS) > 15
    assert len(QUERIES) >= 4
