import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from dataset_samples import DATA
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lerobot_core.datasets.metadata import read_episode_stats
from lerobot_core.datasets.stats import (
    QUANTILES,
    STATISTICS,
    aggregate,
    column_quantiles,
    encode_stats,
    read_stats,
    vector_stats,
)
from lerobot_core.errors import DatasetDamaged

GOLDEN = DATA / "so101_v30"
VALUES = st.floats(-1e4, 1e4, width=32)


def episodes_of(rows: int) -> st.SearchStrategy[Any]:
    shape = st.tuples(st.integers(2, rows), st.just(3))
    return st.lists(arrays(np.float64, shape, elements=VALUES), min_size=1, max_size=4)


@given(episodes_of(12))
def test_the_sum_of_episodes_is_that_of_all_rows(episodes: list[Any]) -> None:
    combined = aggregate([vector_stats(rows) for rows in episodes])
    rows = np.concatenate(episodes)
    scale = 1 + np.abs(rows).max()
    assert np.array_equal(combined["min"], rows.min(axis=0))
    assert np.array_equal(combined["max"], rows.max(axis=0))
    assert np.allclose(combined["mean"], rows.mean(axis=0), rtol=0, atol=1e-9 * scale)
    assert np.allclose(combined["std"], rows.std(axis=0), rtol=0, atol=1e-6 * scale)
    assert combined["count"].tolist() == [len(rows)]


@given(episodes_of(8))
def test_quantiles_of_a_sum_enclose_those_of_its_parts(episodes: list[Any]) -> None:
    parts = [vector_stats(rows) for rows in episodes]
    combined = aggregate(parts)
    for part in parts:
        for name, fraction in QUANTILES.items():
            if fraction <= 0.5:
                assert (combined[name] <= part[name]).all()
            else:
                assert (combined[name] >= part[name]).all()


@given(arrays(np.float64, st.integers(2, 200), elements=VALUES))
def test_quantiles_are_within_a_bin_of_a_value_with_that_rank(values: Any) -> None:
    bin_width = (np.ptp(values) + 2e-10) / 5000
    ordered = np.sort(values)
    for fraction, found in zip(QUANTILES.values(), column_quantiles(values), strict=True):
        rank = min(len(values) - 1, max(0, int(np.ceil(fraction * len(values))) - 1))
        assert abs(found - ordered[rank]) <= bin_width * (1 + 1e-9) + 1e-9


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 50)), min_size=1, max_size=20))
def test_weights_count_like_repeated_values(levels: list[tuple[int, int]]) -> None:
    values, weights = (np.array(column, np.float64) for column in zip(*levels, strict=True))
    repeated = np.repeat(values, weights.astype(int))
    weighed = column_quantiles(values, weights.astype(np.int64))
    assert np.allclose(weighed, column_quantiles(repeated), rtol=0, atol=1e-9)


def test_one_row_is_its_own_quantile() -> None:
    stats = vector_stats(np.array([[3.0, -1.0]]))
    assert all(stats[name].tolist() == [3.0, -1.0] for name in QUANTILES)


def test_integers_keep_their_type_in_extremes_only() -> None:
    stats = vector_stats(np.arange(4))
    assert stats["min"].dtype == np.int64
    assert stats["mean"].tolist() == [1.5]
    assert stats["count"].tolist() == [4]


def test_quantiles_are_left_out_unless_all_have_them() -> None:
    with_quantiles, without = vector_stats(np.arange(4.0)), vector_stats(np.arange(3.0))
    del without["q10"]
    assert "q10" not in aggregate([with_quantiles, without])


@pytest.mark.parametrize("key", ["observation.state", "action", "timestamp", "index"])
def test_golden_episodes_have_the_same_statistics(key: str) -> None:
    table = pq.read_table(GOLDEN / "data/chunk-000/file-000.parquet")
    golden = read_episode_stats(GOLDEN, 4)
    owner = table["episode_index"].to_numpy()
    values = np.array(table[key].to_pylist())
    for episode in range(4):
        ours = vector_stats(values[owner == episode])
        width = np.ptp(values[owner == episode]) / 5000
        for name in STATISTICS:
            # The reference computes in float32, so a value may fall into the next bin.
            margin = 1e-4 if name not in QUANTILES else 1.01 * width + 1e-4
            assert np.allclose(ours[name], golden[episode][key][name], rtol=0, atol=margin), name


def test_golden_episodes_add_up_to_the_golden_dataset() -> None:
    golden = read_stats(GOLDEN / "meta/stats.json")
    parts = read_episode_stats(GOLDEN, 4)
    for key, expected in golden.items():
        combined = aggregate([part[key] for part in parts])
        for name in ("min", "max", "mean", "std", "count"):
            assert np.allclose(combined[name], expected[name], rtol=1e-6), (key, name)


def test_a_file_of_statistics_comes_back(tmp_path: Path) -> None:
    stats = {"action": vector_stats(np.arange(6.0).reshape(3, 2))}
    path = tmp_path / "stats.json"
    path.write_bytes(encode_stats(stats))
    assert json.loads(path.read_text())["action"]["max"] == [4.0, 5.0]
    assert np.array_equal(read_stats(path)["action"]["mean"], stats["action"]["mean"])


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1}', '{"a": {"min": "x"}}'])
def test_damaged_statistics_name_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "stats.json"
    path.write_text(text)
    with pytest.raises(DatasetDamaged, match=r"stats\.json"):
        read_stats(path)
