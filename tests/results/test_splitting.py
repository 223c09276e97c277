import polars as pl
import pytest

from datasync_lib.results import splitting
from datasync_lib.results.splitting import Split, files_by_share, place, share_of, split
from datasync_lib.tables.parts import Parts


def pieces(count: int) -> list[pl.DataFrame]:
    return [pl.DataFrame({"mms_id": [f"99{number}", None], "number": [number, -number]}) for number in range(count)]


@pytest.mark.parametrize("together", [1, 40, 500_000])
def test_many_small_pieces_stay_in_their_shares(tmp_path, monkeypatch, together):
    monkeypatch.setattr(splitting, "ROWS_TOGETHER", together)
    given, parts = pieces(1200), Parts(tmp_path)
    with parts.write("key") as writer:
        split(given, writer, Split("frame", "mms_id", 3, given[0].clear()))
    shares = [pl.read_parquet(paths) for paths in files_by_share(parts.files("key", "frame"), 3)]
    for number, rows in enumerate(shares):
        assert set(rows.select(share_of("mms_id", 3)).to_series()) == {number}
    assert pl.concat(shares).sort("number").equals(pl.concat(given).sort("number"))


def test_a_share_without_rows_has_its_columns(tmp_path):
    given, parts = pieces(1)[0].head(1), Parts(tmp_path)
    with parts.write("key") as writer:
        split([given], writer, Split("frame", "mms_id", 8, given.clear()))
    shares = [pl.read_parquet(paths) for paths in files_by_share(parts.files("key", "frame"), 8)]
    assert sorted(rows.height for rows in shares) == [0] * 7 + [1]
    assert {tuple(rows.schema.items()) for rows in shares} == {tuple(given.schema.items())}


def test_no_piece_comes_into_another_share():
    with pytest.raises(ValueError, match="10,000 are possible"):
        place(0, 10_000)
