"""Virtual chains in the list of ports."""

from lerobot_core.paths import home
from lerobot_core.sim.ports import list_ports


def test_the_default_bench_is_always_there() -> None:
    assert [port.address for port in list_ports()] == [
        "sim://default/follower",
        "sim://default/leader",
    ]


def test_other_benches_are_listed_once_they_were_used() -> None:
    for bench in ("default", "class room"):
        (home() / "bench" / bench).mkdir(parents=True)
    ports = list_ports()
    assert [port.address for port in ports[2:]] == [
        "sim://class room/follower",
        "sim://class room/leader",
    ]
    assert ports[2].adapter == "Virtual SO-101 follower on bench class room"
