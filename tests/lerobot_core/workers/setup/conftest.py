from collections.abc import Iterator

import pytest
from setup_driver import SetupDriver, running_bench

from lerobot_core.sim.client import BenchClient


@pytest.fixture
def koch() -> Iterator[BenchClient]:
    with running_bench("koch") as client:
        yield client


@pytest.fixture
def two_so101() -> Iterator[BenchClient]:
    """A bench with four arms of Feetech servos, which starts quickly."""
    with running_bench("bi_so101") as client:
        yield client


@pytest.fixture
def worker() -> Iterator[SetupDriver]:
    with SetupDriver() as driver:
        yield driver
