"""Does a folder hold a LeRobotDataset v3.0? Every file is checked against the format.

Nothing of the program is used here, so that a mistake there is not repeated: formats and names
are written down again, from the description of the format and the golden files.
"""

import itertools
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

INFO_KEYS = [
    "codebase_version", "robot_type", "total_episodes", "total_frames", "total_tasks",
    "chunks_size", "data_files_size_in_mb", "video_files_size_in_mb", "fps", "splits",
    "data_path", "video_path", "features",
]  # fmt: skip
DATA_PATH = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
VIDEO_PATH = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
DEFAULTS = {
    "timestamp": "float32",
    "frame_index": "int64",
    "episode_index": "int64",
    "index": "int64",
    "task_index": "int64",
}
VIDEO_INFO = {
    "video.height", "video.width", "video.codec", "video.pix_fmt", "video.is_depth_map",
    "video.fps", "video.channels", "has_audio",
}  # fmt: skip
STATISTICS = ["min", "max", "mean", "std", "count", "q01", "q10", "q50", "q90", "q99"]
CAMERA_AXES = ["height", "width", "channels"]


def assert_conforms(root: Path) -> None:
    """Raises AssertionError with the file and what is wrong with it."""
    info = _check_info(root)
    tasks = _check_tasks(root, info)
    episodes = _check_episodes(root, info, tasks)
    columns = _check_data(root, info, episodes)
    _check_task_texts(episodes, columns, tasks)
    _check_stats(root, info, columns)
    _check_videos(root, info, episodes)
    _check_nothing_else(root, info, episodes)


def _check_info(root: Path) -> dict[str, Any]:
    text = (root / "meta/info.json").read_text(encoding="utf-8")
    info: dict[str, Any] = json.loads(text)
    assert text == json.dumps(info, indent=4, ensure_ascii=False), "info.json: layout"
    assert list(info) == INFO_KEYS, f"info.json: keys are {list(info)}"
    assert info["codebase_version"] == "v3.0"
    for key in ("fps", "chunks_size", "data_files_size_in_mb", "video_files_size_in_mb"):
        assert type(info[key]) is int, f"info.json: {key}"
        assert info[key] > 0, f"info.json: {key}"
    for key in ("total_episodes", "total_frames", "total_tasks"):
        assert type(info[key]) is int, f"info.json: {key}"
        assert info[key] > 0, f"info.json: {key}"
    assert info["robot_type"] is None or isinstance(info["robot_type"], str)
    assert info["splits"] == {"train": f"0:{info['total_episodes']}"}, "info.json: splits"
    assert info["data_path"] == DATA_PATH
    assert info["video_path"] == (VIDEO_PATH if _videos(info) else None), "info.json: video_path"
    assert list(info["features"])[-5:] == list(DEFAULTS), "info.json: default features"
    for key, feature in info["features"].items():
        _check_feature(key, feature, info["fps"])
    return info


def _check_feature(key: str, feature: dict[str, Any], fps: int) -> None:
    assert "/" not in key, f"info.json: {key}"
    assert list(feature)[:3] == ["dtype", "shape", "names"], f"info.json: keys of {key}"
    shape, names = feature["shape"], feature["names"]
    assert shape, f"shape of {key}"
    assert all(type(size) is int and size > 0 for size in shape), f"shape of {key}"
    if key in DEFAULTS:
        assert feature == {"dtype": DEFAULTS[key], "shape": [1], "names": None}, key
    elif feature["dtype"] in ("video", "image"):
        assert len(shape) == 3, f"camera {key}"
        assert (shape[2], names) == (3, CAMERA_AXES), f"camera {key}"
    elif len(shape) == 1 and names is not None:
        assert len(names) == shape[0], f"names of {key}"
    if feature["dtype"] != "video":
        assert set(feature) == {"dtype", "shape", "names"}, f"info.json: keys of {key}"
        return
    facts = feature["info"]
    assert set(facts) >= VIDEO_INFO, f"info of {key}"
    assert [facts["video.height"], facts["video.width"]] == shape[:2], f"size of {key}"
    assert facts["video.fps"] == fps
    assert type(facts["video.fps"]) is int
    assert facts["video.channels"] == 3
    assert facts["has_audio"] is False
    assert facts["video.is_depth_map"] is False


def _videos(info: dict[str, Any]) -> list[str]:
    return [key for key, entry in info["features"].items() if entry["dtype"] == "video"]


def _check_tasks(root: Path, info: dict[str, Any]) -> list[str]:
    file = pq.ParquetFile(root / "meta/tasks.parquet")
    table = file.read()
    assert b"pandas" in (table.schema.metadata or {}), "tasks.parquet: no pandas metadata"
    entry = json.loads(table.schema.metadata[b"pandas"])
    (index,) = entry["index_columns"]
    assert table.column_names == ["task_index", index], "tasks.parquet: columns"
    assert table.schema.field("task_index").type == pa.int64()
    assert table.schema.field(index).type in (pa.string(), pa.large_string())
    assert table["task_index"].to_pylist() == list(range(info["total_tasks"])), "tasks.parquet"
    tasks: list[str] = table[index].to_pylist()
    assert len(set(tasks)) == len(tasks)
    assert all(task.strip() for task in tasks)
    _check_compression(file, "tasks.parquet")
    return tasks


def _check_compression(file: Any, name: str) -> None:
    for group in range(file.metadata.num_row_groups):
        for column in range(file.metadata.num_columns):
            used = file.metadata.row_group(group).column(column)
            assert used.compression == "SNAPPY", f"{name}: {used.path_in_schema} is not snappy"
            assert "RLE_DICTIONARY" in used.encodings or used.physical_type == "BOOLEAN", name


def _files(root: Path, pattern: str) -> list[Path]:
    return sorted(root.glob(pattern))


def _check_episodes(root: Path, info: dict[str, Any], tasks: list[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in _files(root, "meta/episodes/chunk-*/file-*.parquet"):
        file = pq.ParquetFile(path)
        name = path.relative_to(root).as_posix()
        expected = _episode_schema(info)
        assert file.schema_arrow.names == expected.names, f"{name}: columns"
        for field in expected:
            found = file.schema_arrow.field(field.name).type
            assert found == field.type, f"{name}: {field.name} is {found}"
        _check_compression(file, name)
        for row in file.read().to_pylist():
            place = (row["meta/episodes/chunk_index"], row["meta/episodes/file_index"])
            assert name == "meta/episodes/chunk-{:03d}/file-{:03d}.parquet".format(*place), name
            rows.append(row)
    assert [row["episode_index"] for row in rows] == list(range(info["total_episodes"]))
    start = 0
    for row in rows:
        _check_episode(row, info, tasks, start)
        start += row["length"]
    assert start == info["total_frames"], "info.json: total_frames"
    return rows


def _check_episode(row: dict[str, Any], info: dict[str, Any], tasks: list[str], start: int) -> None:
    name = f"episode {row['episode_index']}"
    assert row["length"] > 0, name
    assert (row["dataset_from_index"], row["dataset_to_index"]) == (start, start + row["length"])
    assert row["tasks"], f"{name}: tasks"
    assert set(row["tasks"]) <= set(tasks), f"{name}: tasks"
    assert len(set(row["tasks"])) == len(row["tasks"]), f"{name}: tasks"
    for key in _videos(info):
        seconds = row[f"videos/{key}/to_timestamp"] - row[f"videos/{key}/from_timestamp"]
        assert abs(seconds - row["length"] / info["fps"]) < 1e-6, f"{name}: length of {key}"
    for key, feature in _counted(info).items():
        stats = {each: np.array(row[f"stats/{key}/{each}"]) for each in STATISTICS}
        _check_statistics(f"{name}, {key}", feature, stats, row["length"])


def _counted(info: dict[str, Any]) -> dict[str, Any]:
    """Features that have statistics."""
    return {
        key: entry
        for key, entry in info["features"].items()
        if entry["dtype"] not in ("string", "language")
    }


def _episode_schema(info: dict[str, Any]) -> pa.Schema:
    fields = [("episode_index", pa.int64()), ("tasks", pa.list_(pa.string()))]
    fields += [(name, pa.int64()) for name in ("length", "data/chunk_index", "data/file_index")]
    fields += [(name, pa.int64()) for name in ("dataset_from_index", "dataset_to_index")]
    for key in _videos(info):
        fields += [(f"videos/{key}/{name}", pa.int64()) for name in ("chunk_index", "file_index")]
        fields += [(f"videos/{key}/{end}_timestamp", pa.float64()) for end in ("from", "to")]
    for key, feature in _counted(info).items():
        for name in STATISTICS:
            fields.append((f"stats/{key}/{name}", _statistic_type(feature, name)))
    fields += [(f"meta/episodes/{name}", pa.int64()) for name in ("chunk_index", "file_index")]
    return pa.schema(fields)


def _statistic_type(feature: dict[str, Any], name: str) -> pa.DataType:
    kind: pa.DataType = pa.float64()
    if name == "count" or (name in ("min", "max") and "int" in feature["dtype"]):
        kind = pa.int64()
    elif name in ("min", "max") and feature["dtype"] == "bool":
        kind = pa.bool_()
    is_picture = feature["dtype"] in ("video", "image") and name != "count"
    for _ in range(3 if is_picture else 1):
        kind = pa.list_(kind)
    return kind


def _check_statistics(
    name: str, feature: dict[str, Any], stats: dict[str, Any], length: int
) -> None:
    is_camera = feature["dtype"] in ("video", "image")
    shape = (3, 1, 1) if is_camera else (feature["shape"][-1],)
    stats = {each: np.asarray(values, np.float64) for each, values in stats.items()}
    for each in STATISTICS:
        expected = (1,) if each == "count" else shape
        assert stats[each].shape == expected, f"{name}: {each} has shape {stats[each].shape}"
        assert np.isfinite(stats[each]).all(), f"{name}: {each}"
    assert stats["count"][0] == (_sampled(length) if is_camera else length), f"{name}: count"
    if is_camera:
        assert stats["min"].min() >= 0, f"{name}: range"
        assert stats["max"].max() <= 1, f"{name}: range"
    margin = 1e-5 * (1 + np.abs(stats["max"]) + np.abs(stats["min"]))
    order = ("min", "q01", "q10", "q50", "q90", "q99", "max")
    for low, high in itertools.pairwise(order):
        assert (stats[low] <= stats[high] + margin).all(), f"{name}: {low} and {high}"
    assert (stats["min"] - margin <= stats["mean"]).all(), f"{name}: mean"
    assert (stats["mean"] <= stats["max"] + margin).all(), f"{name}: mean"
    assert (stats["std"] >= 0).all(), f"{name}: std"


def _sampled(frames: int) -> int:
    return max(min(100, frames), min(int(frames**0.75), 10_000))


def _check_data(
    root: Path, info: dict[str, Any], episodes: list[dict[str, Any]]
) -> dict[str, np.ndarray[Any, Any]]:
    stored = {key: entry for key, entry in info["features"].items() if entry["dtype"] != "video"}
    parts: list[pa.Table] = []
    for path in _files(root, "data/chunk-*/file-*.parquet"):
        name = path.relative_to(root).as_posix()
        own = [row for row in episodes if name == _data_path(row)]
        file = pq.ParquetFile(path)
        _check_data_schema(name, file.schema_arrow, stored)
        _check_compression(file, name)
        groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
        assert groups == [row["length"] for row in own], f"{name}: one row group an episode"
        parts.append(file.read())
    table = pa.concat_tables(parts)
    assert len(table) == info["total_frames"]
    columns = {key: _values(table[key], entry) for key, entry in stored.items()}
    _check_default_columns(info, episodes, columns)
    return columns


def _data_path(row: dict[str, Any]) -> str:
    return "data/chunk-{:03d}/file-{:03d}.parquet".format(
        row["data/chunk_index"], row["data/file_index"]
    )


def _check_data_schema(name: str, schema: pa.Schema, stored: dict[str, Any]) -> None:
    assert schema.names == list(stored), f"{name}: columns"
    assert b"huggingface" in (schema.metadata or {}), f"{name}: no huggingface metadata"
    entry = json.loads(schema.metadata[b"huggingface"])
    assert list(entry["info"]["features"]) == list(stored), f"{name}: huggingface metadata"
    assert len(entry["fingerprint"]) == 16, f"{name}: fingerprint"
    for key, feature in stored.items():
        kind, described = _data_type(feature)
        assert schema.field(key).type == kind, f"{name}: {key} is {schema.field(key).type}"
        assert entry["info"]["features"][key] == described, f"{name}: metadata of {key}"


def _data_type(feature: dict[str, Any]) -> tuple[pa.DataType, dict[str, Any]]:
    if feature["dtype"] == "image":
        return pa.struct([("bytes", pa.binary()), ("path", pa.string())]), {"_type": "Image"}
    kind = pa.string() if feature["dtype"] == "string" else _number_type(feature["dtype"])
    value = {"dtype": feature["dtype"], "_type": "Value"}
    shape = feature["shape"]
    if shape == [1]:
        return kind, value
    if len(shape) == 1:
        return pa.list_(kind, shape[0]), {"feature": value, "length": shape[0], "_type": "List"}
    for _ in shape:
        kind = pa.list_(kind)
    array = {"shape": shape, "dtype": feature["dtype"], "_type": f"Array{len(shape)}D"}
    return kind, array


def _number_type(dtype: str) -> pa.DataType:
    return pa.from_numpy_dtype(np.dtype(dtype))


def _values(column: Any, feature: dict[str, Any]) -> np.ndarray[Any, Any]:
    assert column.null_count == 0
    if feature["dtype"] == "image":
        for frame in column.to_pylist():
            assert frame["bytes"].startswith(b"\x89PNG")
            assert frame["path"].endswith(".png")
        return np.zeros(0)
    values = np.array(column.to_pylist())
    if feature["dtype"] != "string":
        assert np.isfinite(values).all()
    return values


def _check_default_columns(
    info: dict[str, Any], episodes: list[dict[str, Any]], columns: dict[str, Any]
) -> None:
    frames = np.concatenate([np.arange(row["length"]) for row in episodes])
    times = (frames / info["fps"]).astype(np.float32)
    assert np.array_equal(columns["frame_index"], frames), "frame_index"
    assert np.array_equal(columns["index"], np.arange(info["total_frames"])), "index"
    owners = [np.full(row["length"], row["episode_index"]) for row in episodes]
    assert np.array_equal(columns["episode_index"], np.concatenate(owners)), "episode_index"
    assert np.array_equal(columns["timestamp"].astype(np.float32), times), "timestamp"
    numbers = columns["task_index"]
    assert numbers.min() >= 0, "task_index"
    assert numbers.max() < info["total_tasks"], "task_index"


def _check_task_texts(
    episodes: list[dict[str, Any]], columns: dict[str, Any], tasks: list[str]
) -> None:
    for row in episodes:
        numbers = columns["task_index"][row["dataset_from_index"] : row["dataset_to_index"]]
        assert {tasks[number] for number in numbers} == set(row["tasks"]), "tasks of an episode"


def _check_stats(root: Path, info: dict[str, Any], columns: dict[str, Any]) -> None:
    stats = json.loads((root / "meta/stats.json").read_text(encoding="utf-8"))
    assert set(stats) == set(_counted(info)), "stats.json: features"
    for key, feature in _counted(info).items():
        assert list(stats[key]) == STATISTICS, f"stats.json: {key}"
        found = {name: np.array(values) for name, values in stats[key].items()}
        if feature["dtype"] in ("video", "image"):
            assert all(found[name].shape == (3, 1, 1) for name in STATISTICS if name != "count")
            continue
        _check_statistics(f"stats.json, {key}", feature, found, info["total_frames"])
        values = columns[key].reshape(-1, feature["shape"][-1]).astype(np.float64)
        for name in ("min", "max", "mean", "std"):
            computed = getattr(values, name)(axis=0)
            scale = 1 + np.abs(values).max()
            close = np.allclose(found[name], computed, rtol=0, atol=1e-4 * scale)
            assert close, f"stats.json: {name} of {key}"


def _check_videos(root: Path, info: dict[str, Any], episodes: list[dict[str, Any]]) -> None:
    for key in _videos(info):
        for path in _files(root, f"videos/{key}/chunk-*/file-*.mp4"):
            name = path.relative_to(root).as_posix()
            own = [row for row in episodes if name == _video_path(key, row)]
            _check_video(path, name, info, key, own)


def _video_path(key: str, row: dict[str, Any]) -> str:
    return "videos/{}/chunk-{:03d}/file-{:03d}.mp4".format(
        key, row[f"videos/{key}/chunk_index"], row[f"videos/{key}/file_index"]
    )


def _check_video(
    path: Path, name: str, info: dict[str, Any], key: str, own: list[dict[str, Any]]
) -> None:
    facts, fps = info["features"][key]["info"], info["fps"]
    frames = sum(row["length"] for row in own)
    with av.open(str(path)) as container:
        assert len(container.streams) == 1, f"{name}: streams"
        stream = container.streams.video[0]
        assert stream.codec.canonical_name == facts["video.codec"], f"{name}: codec"
        assert stream.pix_fmt == facts["video.pix_fmt"], f"{name}: pix_fmt"
        assert (stream.height, stream.width) == (facts["video.height"], facts["video.width"])
        assert stream.average_rate == fps, f"{name}: {stream.average_rate} frames per second"
        assert stream.frames == frames, f"{name}: {stream.frames} frames, {frames} rows"
        shown = [float(frame.pts * stream.time_base) for frame in container.decode(stream)]
    assert np.allclose(shown, np.arange(frames) / fps, rtol=0, atol=1e-6), f"{name}: times"
    starts = [row[f"videos/{key}/from_timestamp"] for row in own]
    lengths = [row["length"] / fps for row in own]
    assert np.allclose(starts, np.cumsum(lengths) - lengths, rtol=0, atol=1e-4), f"{name}: spans"


def _check_nothing_else(root: Path, info: dict[str, Any], episodes: list[dict[str, Any]]) -> None:
    expected = {"meta/info.json", "meta/stats.json", "meta/tasks.parquet"}
    for row in episodes:
        expected.add(_data_path(row))
        expected |= {_video_path(key, row) for key in _videos(info)}
        place = (row["meta/episodes/chunk_index"], row["meta/episodes/file_index"])
        expected.add("meta/episodes/chunk-{:03d}/file-{:03d}.parquet".format(*place))
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    found = {name for name in found if not name.startswith("meta/workbench/")}
    assert found == expected, f"files: {sorted(found ^ expected)}"
    folders = {path.relative_to(root).as_posix() for path in root.iterdir()}
    assert folders <= {"meta", "data", "videos"}, f"folders: {sorted(folders)}"
