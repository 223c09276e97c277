"""The committed example is what the generator makes, and the checkout is a project on it."""

import tomllib
from pathlib import Path

from datasync_lib.project import Project
from datasync_lib.sample import make_sample

CHECKOUT = Path(__file__).resolve().parents[1]


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_committed_example_is_what_the_generator_makes(tmp_path):
    make_sample(tmp_path / "made", bibs=300, seed=1)
    made = files_below(tmp_path / "made" / "data" / "raw")
    committed = files_below(CHECKOUT / "data" / "sample")
    assert sorted(committed) == sorted(made), "run «make example»"
    assert [name for name in made if made[name] != committed[name]] == [], "run «make example»"
    assert files_below(tmp_path / "made" / "truth") == files_below(CHECKOUT / "data" / "truth")
    for name in ("location_map.csv", "milestones.csv"):
        assert (CHECKOUT / name).read_bytes() == (tmp_path / "made" / name).read_bytes()


def test_the_checkout_is_a_project_on_it():
    project = Project(CHECKOUT)
    assert project.raw == CHECKOUT / "data" / "sample"
    settings = tomllib.loads((CHECKOUT / "datasync.toml").read_text("utf-8"))
    assert settings["raw"] == {"folder": "data/sample"}
    assert project.location_map.height > 0
    assert project.milestones.height > 0
