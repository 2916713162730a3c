import io

import numpy as np
import pyarrow.parquet as pq
from dataset_samples import DATA

from lerobot_core.datasets.episode_table import EpisodeRow, VideoSpan, encode_episodes, to_table
from lerobot_core.datasets.layout import FileLocation
from lerobot_core.datasets.metadata import DatasetMetadata, read_episode_stats

GOLDEN = DATA / "so101_v30"


def test_golden_rows_are_written_back() -> None:
    metadata = DatasetMetadata(GOLDEN)
    golden = pq.read_table(GOLDEN / "meta/episodes/chunk-000/file-000.parquet")
    stats = read_episode_stats(GOLDEN, 4)
    for episode in range(4):
        row = EpisodeRow(
            index=episode,
            tasks=metadata.episodes.tasks[episode],
            length=int(metadata.episodes.length[episode]),
            data=metadata.episodes.data_location(episode),
            from_index=int(metadata.episodes.from_index[episode]),
            videos={
                key: metadata.episodes.video_span(key, episode) for key in metadata.info.video_keys
            },
            own=FileLocation(),
            stats=stats[episode],
        )
        written = pq.read_table(io.BytesIO(encode_episodes(to_table(row))))
        assert written.schema == golden.schema
        assert written.equals(golden.slice(episode, 1))


def test_places_are_kept() -> None:
    row = EpisodeRow(
        index=7,
        tasks=["pick", "place"],
        length=12,
        data=FileLocation(1, 2),
        from_index=100,
        videos={"cam": VideoSpan(FileLocation(3, 4), 0.5, 1.7)},
        own=FileLocation(5, 6),
        stats={"x": {"mean": np.array([[[0.5]]])}},
    )
    assert to_table(row).to_pylist() == [
        {
            "episode_index": 7,
            "tasks": ["pick", "place"],
            "length": 12,
            "data/chunk_index": 1,
            "data/file_index": 2,
            "dataset_from_index": 100,
            "dataset_to_index": 112,
            "videos/cam/chunk_index": 3,
            "videos/cam/file_index": 4,
            "videos/cam/from_timestamp": 0.5,
            "videos/cam/to_timestamp": 1.7,
            "stats/x/mean": [[[0.5]]],
            "meta/episodes/chunk_index": 5,
            "meta/episodes/file_index": 6,
        }
    ]
