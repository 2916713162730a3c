from pathlib import Path

import pytest

from lerobot_core.cameras import discovery
from lerobot_core.cameras.config import OpenCVCameraConfig, SimCameraConfig
from lerobot_core.cameras.discovery import CameraFacts, describe_cameras, list_cameras
from lerobot_core.serial.access import ALLOWED, Access, Obstacle

C920 = CameraFacts("/dev/video0", "HD Pro Webcam C920", "4B3A2F10")
TWIN_A = CameraFacts("/dev/video2", "USB Camera", "200901010001")
TWIN_B = CameraFacts("/dev/video4", "USB Camera", "200901010001")
NAMELESS = CameraFacts("/dev/video6", "video6")

BY_ID = {
    "/dev/video0": "/dev/v4l/by-id/usb-C920_4B3A2F10-video-index0",
    "/dev/video4": "/dev/v4l/by-id/usb-USB_Camera_200901010001-video-index0",
}
BY_PATH = {
    "/dev/video2": "/dev/v4l/by-path/pci-usb-0:1:1.0-video-index0",
    "/dev/video4": "/dev/v4l/by-path/pci-usb-0:2:1.0-video-index0",
}


def describe(*cameras: CameraFacts) -> dict[str, str]:
    found = describe_cameras(cameras, BY_ID, BY_PATH, lambda path: ALLOWED)
    return {camera.address: camera.stable_address for camera in found}


def test_a_camera_with_a_serial_number_is_known_by_it() -> None:
    (camera,) = describe_cameras([C920], BY_ID, BY_PATH, lambda path: ALLOWED)
    assert camera.stable_address == BY_ID["/dev/video0"]
    assert camera.serial_number == "4B3A2F10"
    assert camera.config == OpenCVCameraConfig(index_or_path=camera.stable_address)


def test_two_cameras_that_share_a_serial_number_are_told_apart_by_their_sockets() -> None:
    stable = describe(C920, TWIN_A, TWIN_B)
    assert stable["/dev/video2"] == BY_PATH["/dev/video2"]
    assert stable["/dev/video4"] == BY_PATH["/dev/video4"]


def test_a_camera_without_any_link_keeps_its_device_path() -> None:
    assert describe(NAMELESS) == {"/dev/video6": "/dev/video6"}


def test_who_may_open_it_is_said() -> None:
    refused = Access(False, False, "video", Obstacle.NOT_IN_GROUP, "sudo usermod -aG video $USER")
    (camera,) = describe_cameras([C920], {}, {}, lambda path: refused)
    assert camera.access == refused


def test_nodes_for_metadata_are_no_cameras(tmp_path: Path) -> None:
    usb = tmp_path / "usb1"
    (usb / "interface").mkdir(parents=True)
    (usb / "serial").write_text("4B3A2F10\n")
    for number, index in enumerate((0, 1)):
        node = tmp_path / "class" / f"video{number}"
        node.mkdir(parents=True)
        (node / "name").write_text("HD Pro Webcam C920\n")
        (node / "index").write_text(f"{index}\n")
        (node / "device").symlink_to(usb / "interface")
    assert discovery._system_cameras(tmp_path / "class") == [C920]


def test_a_machine_without_cameras_has_none(tmp_path: Path) -> None:
    assert discovery._system_cameras(tmp_path / "nowhere") == []
    assert discovery._links(tmp_path / "nowhere") == {}


def test_links_are_resolved(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "usb-C920").symlink_to(tmp_path / "video0")
    links = discovery._links(tmp_path / "links")
    assert links == {str(tmp_path / "video0"): str(tmp_path / "links" / "usb-C920")}


@pytest.mark.parametrize("camera", ["top", "wrist"])
def test_the_bench_has_cameras_too(camera: str) -> None:
    found = {entry.address: entry for entry in list_cameras() if entry.is_virtual}
    config = found[f"sim://default/{camera}"].config
    assert isinstance(config, SimCameraConfig)
    assert config.address == f"sim://default/{camera}"
