from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.datasets.layout import (
    DATA_TEMPLATE,
    VIDEO_TEMPLATE,
    FileLocation,
    PathTemplate,
    check_repo_id,
    dataset_root,
)
from lerobot_core.errors import DatasetNameInvalid

NUMBERS = st.integers(0, 5000)


@given(NUMBERS, NUMBERS)
def test_templates_fill_in_as_python_would(chunk: int, file: int) -> None:
    location = FileLocation(chunk, file)
    numbers = {"chunk_index": chunk, "file_index": file}
    assert str(PathTemplate(DATA_TEMPLATE).path(location)) == DATA_TEMPLATE.format(**numbers)
    key = "observation.images.top"
    expected = VIDEO_TEMPLATE.format(video_key=key, **numbers)
    assert str(PathTemplate(VIDEO_TEMPLATE).path(location, key)) == expected


@pytest.mark.parametrize("width", ["", ":d", ":03d", ":06d", ":4d"])
def test_integer_formats_are_those_of_python(width: str) -> None:
    text = f"data/{{file_index{width}}}.parquet"
    filled = PathTemplate(text).path(FileLocation(0, 7))
    assert str(filled) == text.format(file_index=7)


@pytest.mark.parametrize(
    "text",
    [
        "data/{file_index.__class__}.parquet",
        "data/{file_index!r}.parquet",
        "data/{0}.parquet",
        "data/{file_index:>300000000d}.parquet",
        "data/{file_index:999d}.parquet",
        "data/{episode_chunk:03d}.parquet",
        "data/{{file_index}}.parquet",
        "data/{video_key:03d}.mp4",
        "/etc/{file_index}",
        "../{file_index}",
        "data/../../{file_index}",
        "data\\..\\{file_index}",
        "c:/{file_index}",
        "",
    ],
)
def test_other_gaps_and_ways_out_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"path|dataset"):
        PathTemplate(text)


@pytest.mark.parametrize("key", ["..", "a/b", "a\\b"])
def test_a_video_key_cannot_lead_elsewhere(key: str) -> None:
    with pytest.raises(ValueError, match="no name of a feature"):
        PathTemplate(VIDEO_TEMPLATE).path(FileLocation(), key)


def test_a_full_chunk_is_followed_by_the_next() -> None:
    assert FileLocation(0, 998).next(1000) == FileLocation(0, 999)
    assert FileLocation(0, 999).next(1000) == FileLocation(1, 0)


@pytest.mark.parametrize("name", ["user/pick_cube", "pick_cube", "a-b/c.d-2", "u/_x"])
def test_names_of_the_hub_are_fine(name: str) -> None:
    check_repo_id(name)


@pytest.mark.parametrize(
    "name",
    ["", "/", "a/", "/a", "a/b/c", "..", "a/..", "../a", "a b", "a/b\n", ".hidden", "x/.hidden",
     "a--b", "a..b", "a/b-", "ä", "a" * 97, "a\\b", "~/x"],
)  # fmt: skip
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(DatasetNameInvalid):
        check_repo_id(name)


def test_a_name_is_found_under_the_home_of_datasets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_LEROBOT_HOME", "/somewhere")
    assert dataset_root("user/cubes") == Path("/somewhere/user/cubes")
    assert dataset_root("any thing", "/data/x") == Path("/data/x")
