import pytest

from app.device_text import detail_lines
from lerobot_core.workers.protocol import DeviceReading, DeviceState


@pytest.mark.parametrize(
    ("limit", "seconds", "line"),
    [
        ("heat", 250.0, ("Elbow flex", "too hot in about 4 min")),
        ("heat", 42.0, ("Elbow flex", "too hot in about 42 s")),
        ("overload", 1.4, ("Elbow flex", "overloaded in about 1 s")),
        ("heat", None, ("Elbow flex", "nearly too hot")),
        ("supply", None, ("Elbow flex", "nearly low supply")),
    ],
)
def test_a_limit_in_sight_is_told_with_the_time_left(
    limit: str, seconds: float | None, line: tuple[str, str]
) -> None:
    reading = DeviceReading(
        "follower",
        "robot",
        DeviceState.WARN,
        limit=limit,
        limit_joint="elbow_flex",
        limit_s=seconds,
    )
    assert line in detail_lines(reading)


def test_a_healthy_arm_has_no_line_about_limits() -> None:
    reading = DeviceReading("follower", "robot", DeviceState.OK, volts=7.4, celsius=31)
    assert [what for what, _ in detail_lines(reading)] == ["Part", "Supply", "Warmest servo"]
