"""One device, one owner, whatever happens to it."""

import subprocess
import sys
from pathlib import Path

import pytest

from lerobot_core.errors import DeviceInUse
from lerobot_core.workers.leases import Lease, is_locked, lease_path

HOLDER = (
    "import sys, time\n"
    "from lerobot_core.workers.leases import Lease\n"
    "lease = Lease(sys.argv[1])\n"
    "lease.take()\n"
    "print('taken', flush=True)\n"
    "time.sleep(60)\n"
)


def test_a_taken_device_is_refused_by_name() -> None:
    with Lease("/dev/ttyTEST0"), pytest.raises(DeviceInUse, match="follower is in use"):
        Lease("/dev/ttyTEST0", "follower").take()


def test_released_means_free() -> None:
    with Lease("sim://default/follower"):
        assert is_locked(lease_path("sim://default/follower"))
    assert not is_locked(lease_path("sim://default/follower"))
    with Lease("sim://default/follower"):
        pass


def test_different_devices_do_not_meet() -> None:
    with Lease("sim://default/follower"), Lease("sim://default/leader"):
        pass


def test_two_names_of_one_device_meet(tmp_path: Path) -> None:
    device, alias = tmp_path / "ttyTEST0", tmp_path / "by-id"
    device.touch()
    alias.symlink_to(device)
    with Lease(str(device)), pytest.raises(DeviceInUse):
        Lease(str(alias)).take()


def test_a_killed_process_gives_its_device_back() -> None:
    command = [sys.executable, "-c", HOLDER, "/dev/ttyTEST1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"taken\n"
        with pytest.raises(DeviceInUse):
            Lease("/dev/ttyTEST1").take()
        process.kill()
        process.wait()
        with Lease("/dev/ttyTEST1"):
            pass


def test_nothing_that_was_never_leased_is_locked() -> None:
    assert not is_locked(lease_path("/dev/ttyNEVER"))
