"""Giving ids on simulated wires, with virtual hands that plug servos in and out."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wired_servos import WatchedLink, servo, wire

from lerobot_core.errors import PortLost
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.id_moves import give_ids_in_place, order_moves
from lerobot_core.motors.id_setup import IdSetup
from lerobot_core.motors.tables import BAUD_CODES
from lerobot_core.progress import CancelRequested
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.types import NormMode

ARM = {
    joint: Motor(number, "sts3215", NormMode.DEGREES)
    for number, joint in enumerate(("pan", "lift", "grip"), 1)
}
ID, BAUD_RATE, TORQUE_ENABLE = 5, 6, 40


class Hands:
    """An operator with a box of servos and one cable."""

    def __init__(self, *box: SimulatedServo) -> None:
        self.box = box
        self.link = wire()
        self.setup = IdSetup(self.link, ARM)

    def plug_in_only(self, *places: int) -> None:
        chosen = [self.box[place] for place in places]
        self.link.chain.servos[:] = chosen
        for each in chosen:
            each.power_off()
        self.link.chain.advance(0.01)

    def write(self) -> list[str]:
        return [finding.code for finding in self.setup.write()]

    def kept(self) -> list[tuple[int, int]]:
        """Id and baud rate of each servo in the box, after a power cycle."""
        for each in self.box:
            each.power_off()
            each.power_on()
        return [(each.servo_id, each.baudrate) for each in self.box]


def new_servos() -> list[SimulatedServo]:
    return [servo(1) for _ in ARM]


# One by one


def test_a_box_of_new_servos_becomes_an_arm() -> None:
    hands = Hands(*new_servos())
    asked_for = []
    for place in range(3):
        asked_for.append(hands.setup.wanted)
        hands.plug_in_only(place)
        assert hands.write() == ["setup_done"]
    assert asked_for == ["grip", "lift", "pan"]
    assert hands.setup.wanted is None
    assert hands.setup.done == ("grip", "lift", "pan")
    assert hands.kept() == [(3, 1_000_000), (2, 1_000_000), (1, 1_000_000)]
    with pytest.raises(ValueError, match="set up"):
        hands.setup.write()


@pytest.mark.parametrize("baudrate", list(BAUD_CODES))
def test_a_servo_at_any_baud_rate_and_id_is_brought_to_the_arms(baudrate: int) -> None:
    hands = Hands(servo(200, baudrate=baudrate))
    hands.plug_in_only(0)
    assert hands.write() == ["setup_done"]
    assert hands.kept() == [(3, 1_000_000)]
    assert hands.link.baudrate == 1_000_000


def test_the_id_is_kept_and_the_eeprom_locked() -> None:
    hands = Hands(servo(1))
    hands.plug_in_only(0)
    hands.write()
    assert hands.box[0].memory.get("Lock") == 1
    assert hands.kept() == [(3, 1_000_000)]


def test_an_id_that_only_a_locked_memory_shows_is_written_again() -> None:
    hands = Hands(servo(1))
    hands.plug_in_only(0)
    hands.box[0].memory.write(ID, bytes((3,)))  # locked: gone after the next power cycle
    assert hands.write() == ["setup_done"]
    assert hands.kept() == [(3, 1_000_000)]


def test_torque_goes_off_before_anything_else() -> None:
    hands = Hands(servo(1))
    hands.plug_in_only(0)
    hands.box[0].write(TORQUE_ENABLE, b"\x01")
    hands.write()
    assert hands.link.written[0][5:7] == bytes((TORQUE_ENABLE, 0))
    assert hands.box[0].memory.get("Torque_Enable") == 0


@pytest.mark.parametrize(
    ("plugged_in", "codes"),
    [((), ["setup_nobody"]), ((0, 3), ["setup_several"]), ((0, 1), ["duplicate_id"])],
)
def test_wants_exactly_one_servo(plugged_in: tuple[int, ...], codes: list[str]) -> None:
    box = [servo(1, angle_rad=0.4), servo(1, angle_rad=-1.3), servo(1), servo(7)]
    hands = Hands(*box)
    hands.plug_in_only(*plugged_in)
    assert hands.write() == codes
    assert hands.link.written == []
    assert hands.setup.wanted == "grip"


def test_two_servos_at_different_baud_rates_are_two() -> None:
    hands = Hands(servo(1), servo(1, baudrate=57_600))
    hands.plug_in_only(0, 1)
    assert hands.write() == ["setup_several"]
    assert hands.link.written == []


@pytest.mark.parametrize(("volts", "code"), [(12.0, "voltage_high"), (3.0, "voltage_low")])
def test_nothing_is_written_at_a_wrong_voltage(volts: float, code: str) -> None:
    hands = Hands(servo(1))
    hands.link.chain.faults.volts = volts
    hands.plug_in_only(0)
    assert hands.write() == [code]
    assert hands.link.written == []
    hands.link.chain.faults.volts = 7.4
    assert hands.write() == ["setup_done"]


def test_nothing_is_written_to_another_model() -> None:
    hands = Hands(servo(1, model="sts3250"))
    hands.plug_in_only(0)
    [finding] = hands.setup.write()
    assert finding.sentence == "Servo 1 (grip) is model sts3250, but sts3215 was expected."
    assert hands.link.written == []


def test_one_servo_can_be_redone_in_between() -> None:
    hands = Hands(*new_servos())
    hands.plug_in_only(0)
    hands.write()
    hands.setup.redo("grip")
    assert (hands.setup.wanted, hands.setup.done) == ("grip", ())
    assert hands.write() == ["setup_done"]
    assert hands.setup.wanted == "lift"


def test_the_servo_that_was_set_up_last_does_not_get_the_next_id() -> None:
    hands = Hands(*new_servos())
    hands.plug_in_only(0)
    assert hands.write() == ["setup_done"]
    assert [finding.code for finding in hands.setup.look().findings] == ["setup_same_servo"]
    [finding] = hands.setup.write()
    assert finding.sentence == "This still is servo 3 (grip), which is set up."
    assert hands.setup.wanted == "lift"
    hands.plug_in_only()
    hands.setup.look()
    hands.plug_in_only(0)  # unplugged in between: it is wanted by whoever plugs it in again
    assert hands.setup.look().can_write


def test_what_was_done_before_an_interruption_stays_done() -> None:
    setup = IdSetup(wire(servo(1)), ARM, done=["grip"])
    assert (setup.wanted, setup.done) == ("lift", ("grip",))
    assert setup.order == ("grip", "lift", "pan")


def test_a_joint_that_is_skipped_comes_last() -> None:
    setup = IdSetup(wire(servo(1)), ARM)
    setup.skip()
    assert setup.wanted == "lift"
    setup.skip()
    setup.skip()
    assert setup.wanted == "grip"


def test_one_servo_alone_can_be_set_up() -> None:
    link = wire(servo(1))
    setup = IdSetup(link, ARM, order=["lift"])
    assert setup.write()[0].code == "setup_done"
    assert setup.wanted is None
    assert link.chain.servos[0].servo_id == 2


def test_a_disturbed_wire_is_no_obstacle() -> None:
    hands = Hands(servo(1, baudrate=57_600))
    hands.link.chain.faults.corrupt_probability = 0.1
    hands.plug_in_only(0)
    assert hands.write() == ["setup_done"]
    hands.link.chain.faults.corrupt_probability = 0.0
    assert hands.kept() == [(3, 1_000_000)]


class Stubborn(SimulatedServo):
    """Acknowledges writes to one register, and does not keep them."""

    deaf_to = -1

    def write(self, address: int, data: bytes) -> None:
        if address != self.deaf_to:
            super().write(address, data)


@pytest.mark.parametrize(
    ("register", "address"), [("Torque_Enable", 40), ("Lock", 55), ("ID", 5), ("Baud_Rate", 6)]
)
def test_names_the_register_that_was_not_kept(register: str, address: int) -> None:
    made = servo(1, baudrate=500_000)
    stubborn = Stubborn(1, made.plant)
    stubborn.restore(made.memory.kept)
    stubborn.write(TORQUE_ENABLE, b"\x01")
    stubborn.deaf_to = address
    link = wire(stubborn)
    setup = IdSetup(link, ARM)
    [finding] = setup.write()
    assert (finding.code, finding.facts["register"]) == ("setup_not_kept", register)
    assert setup.wanted == "grip"
    assert link.baudrate == 1_000_000


def test_what_did_not_work_can_be_tried_again() -> None:
    made = servo(1, baudrate=500_000)
    stubborn = Stubborn(1, made.plant)
    stubborn.restore(made.memory.kept)
    stubborn.deaf_to = BAUD_RATE
    setup = IdSetup(wire(stubborn), ARM)
    setup.write()
    stubborn.deaf_to = -1
    assert setup.write()[0].code == "setup_done"
    assert (stubborn.servo_id, stubborn.baudrate) == (3, 1_000_000)


def test_a_lost_adapter_is_told() -> None:
    hands = Hands(servo(1))
    hands.link.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        hands.setup.write()
    assert hands.setup.wanted == "grip"


def test_cancelled_it_has_written_nothing() -> None:
    class Cancel:
        def report(self, fraction: float, doing: str) -> None:
            if fraction > 0.5:
                raise CancelRequested

    hands = Hands(servo(1))
    hands.plug_in_only(0)
    with pytest.raises(CancelRequested):
        hands.setup.write(Cancel())
    assert hands.link.written == []


# In place


def in_place(link: WatchedLink, present: Mapping[str, int]) -> list[Finding]:
    return give_ids_in_place(link, ARM, present)


@pytest.mark.parametrize(
    "present",
    [
        {"pan": 1, "lift": 2, "grip": 3},
        {"pan": 3, "lift": 2, "grip": 1},
        {"pan": 2, "lift": 3, "grip": 1},
        {"pan": 11, "lift": 12, "grip": 13},
        {"pan": 2, "lift": 3, "grip": 4},
    ],
)
def test_distinct_ids_change_in_place(present: dict[str, int]) -> None:
    box = {joint: servo(number) for joint, number in present.items()}
    link = wire(*box.values())
    assert [finding.code for finding in in_place(link, present)] == ["setup_done"] * 3
    link.chain.power_cycle()
    assert {joint: each.servo_id for joint, each in box.items()} == {
        "pan": 1,
        "lift": 2,
        "grip": 3,
    }


def test_servos_at_other_baud_rates_join_the_rest() -> None:
    box = [servo(3, baudrate=57_600), servo(2), servo(1, baudrate=500_000)]
    link = wire(*box)
    assert len(in_place(link, {"pan": 3, "lift": 2, "grip": 1})) == 3
    assert [(each.servo_id, each.baudrate) for each in box] == [
        (number, 1_000_000) for number in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("box", "codes"),
    [
        ([servo(4), servo(5)], ["setup_silent"]),
        ([servo(4), servo(5), servo(6), servo(6, baudrate=57_600)], ["duplicate_id"]),
        ([servo(4), servo(5), servo(6), servo(2)], ["setup_occupied"]),
        ([servo(4), servo(5), servo(6, model="sts3250")], ["wrong_model"]),
    ],
)
def test_in_place_nothing_is_written_unless_all_is_right(
    box: list[SimulatedServo], codes: list[str]
) -> None:
    link = wire(*box)
    findings = in_place(link, {"pan": 4, "lift": 5, "grip": 6})
    assert [finding.code for finding in findings] == codes
    assert link.written == []


def test_in_place_nothing_is_written_at_a_wrong_voltage() -> None:
    link = wire(servo(4), servo(5), servo(6))
    link.chain.faults.volts = 12.0
    findings = in_place(link, {"pan": 4, "lift": 5, "grip": 6})
    assert {finding.code for finding in findings} == {"voltage_high"}
    assert link.written == []


def test_other_servos_on_the_wire_keep_their_ids() -> None:
    box = [servo(4), servo(5), servo(6), servo(9)]
    assert len(in_place(wire(*box), {"pan": 4, "lift": 5, "grip": 6})) == 3
    assert [each.servo_id for each in box] == [1, 2, 3, 9]


def test_joints_and_ids_must_fit() -> None:
    for present in ({"pan": 1}, {"pan": 1, "lift": 1, "grip": 3}):
        with pytest.raises(ValueError, match="no ids of"):
            in_place(wire(), present)


ids = st.integers(0, 252)


@given(
    st.lists(ids, min_size=1, max_size=8, unique=True).flatmap(
        lambda present: st.tuples(
            st.just(present),
            st.lists(ids, min_size=len(present), max_size=len(present), unique=True),
            st.sets(ids, max_size=5),
        )
    )
)
def test_no_order_of_moves_ever_makes_two_ids_equal(
    case: tuple[list[int], list[int], set[int]],
) -> None:
    present, wanted, others = case
    others -= set(present) | set(wanted)
    where = {number: number for number in [*present, *others]}  # servo → its id now
    for old, new in order_moves(dict(zip(present, wanted, strict=True)), where):
        assert new not in where.values()
        [moved] = [number for number, now in where.items() if now == old]
        where[moved] = new
    assert [where[number] for number in present] == wanted
    assert all(where[number] == number for number in others)


def test_an_id_for_two_is_refused() -> None:
    with pytest.raises(ValueError, match="two servos"):
        order_moves({1: 3, 2: 3}, [1, 2])
    with pytest.raises(ValueError, match="two servos"):
        order_moves({1: 3}, [1, 3])
