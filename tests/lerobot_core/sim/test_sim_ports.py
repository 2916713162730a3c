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


def test_benches_of_other_kinds_have_chains_of_their_own() -> None:
    for bench in ("koch", "bi_so101-lab2"):
        (home() / "bench" / bench).mkdir(parents=True)
    found = {port.address: port.adapter for port in list_ports()[2:]}
    assert found == {
        "sim://bi_so101-lab2/left_follower": "Virtual SO-101 left follower on bench bi_so101-lab2",
        "sim://bi_so101-lab2/right_follower": (
            "Virtual SO-101 right follower on bench bi_so101-lab2"
        ),
        "sim://bi_so101-lab2/left_leader": "Virtual SO-101 left leader on bench bi_so101-lab2",
        "sim://bi_so101-lab2/right_leader": "Virtual SO-101 right leader on bench bi_so101-lab2",
        "sim://koch/follower": "Virtual Koch v1.1 follower on bench koch",
        "sim://koch/leader": "Virtual Koch v1.1 leader on bench koch",
    }
