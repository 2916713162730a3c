"""Where a bench of a given name keeps its things. Cheap to import."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from lerobot_core.paths import home, safe_name, shared_memory_folder

DEFAULT_BENCH = "default"


@dataclass(frozen=True)
class BenchPlaces:
    """The files of one bench. Two benches of one name in different homes share nothing."""

    bench: str

    @property
    def folder(self) -> Path:
        return home() / "bench" / safe_name(self.bench)

    @property
    def state(self) -> Path:
        """EEPROMs and scene, kept between runs."""
        return self.folder / "state.json"

    @property
    def lock(self) -> Path:
        """Held by the process that is this bench."""
        return self.folder / "lock"

    @property
    def socket(self) -> Path:
        return shared_memory_folder() / f"{self._stem}.sock"

    def ring(self, camera: str) -> Path:
        return shared_memory_folder() / f"{self._stem}-{safe_name(camera)}.ring"

    def leftovers(self) -> list[Path]:
        """What a bench that was killed may have left in shared memory."""
        return [path for path in shared_memory_folder().glob(f"*{self._stem}*") if path.exists()]

    @property
    def _stem(self) -> str:
        # Beside other homes' benches in one folder; short, for a socket's path may be 107 bytes.
        digest = sha256(str(self.folder.absolute()).encode()).hexdigest()[:12]
        return f"bench-{digest}"
