"""Chains of simulated Dynamixel servos, byte by byte, and as the vendor's own SDK sees them."""

import random

import dynamixel_sdk as sdk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.motors.dynamixel_packets import (
    StatusPacket,
    encode_instruction,
    encode_status,
    take_replies,
)
from lerobot_core.motors.sdk_port import SdkPort
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import DynamixelServo
from lerobot_core.sim.plant import HandJoint

PING, READ, WRITE, REG_WRITE, ACTION, REBOOT = 1, 2, 3, 4, 5, 8
SYNC_READ, SYNC_WRITE, BULK_READ, BULK_WRITE, EVERYONE = 0x82, 0x83, 0x92, 0x93, 0xFE
FACTORY_RESET = 6
ID, BAUD_RATE, TORQUE, WATCHDOG, GOAL, PRESENT = 7, 8, 64, 98, 116, 132


def make_chain(*ids: int) -> DynamixelChain:
    return DynamixelChain([DynamixelServo(number, HandJoint()) for number in ids])


@pytest.fixture
def chain() -> DynamixelChain:
    return make_chain(1, 2, 3)


@pytest.fixture
def port(chain: DynamixelChain) -> SdkPort:
    link = ChainLink(chain)
    return SdkPort(link, link.now)


def words(*values: int) -> bytes:
    return b"".join(value.to_bytes(2, "little") for value in values)


def ask(chain: DynamixelChain, packet: bytes, size: int = 0) -> list[StatusPacket]:
    """The whole replies with ``size`` bytes of data to one packet."""
    received = bytearray(b"".join(reply.data for reply in chain.receive(packet)))
    return take_replies(received, size)


# Packets


def test_packets_on_the_wire() -> None:
    """Written out, so that no encoder of ours checks itself: the manual's ping of servo 1."""
    chain = DynamixelChain([DynamixelServo(1, HandJoint())])
    chain.servos[0].memory.set("Model_Number", 1030)
    chain.servos[0].memory.set("Firmware_Version", 38)
    reply = chain.receive(bytes.fromhex("fffffd0001030001194e"))[0].data
    assert reply == bytes.fromhex("fffffd000107005500060426655d")


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7])
def test_packets_may_come_in_pieces(chain: DynamixelChain, piece: int) -> None:
    packet = encode_instruction(2, READ, words(PRESENT, 4))
    replies = [
        reply
        for start in range(0, len(packet), piece)
        for reply in chain.receive(packet[start : start + piece])
    ]
    assert [reply.data[4] for reply in replies] == [2]


@given(st.binary(max_size=60), st.integers(0, 2**32))
def test_no_bytes_upset_a_chain(noise: bytes, seed: int) -> None:
    chain, chance = make_chain(1, 2), random.Random(seed)
    chain.receive(noise)
    instruction = chance.choice(
        [PING, READ, WRITE, REG_WRITE, ACTION, REBOOT, SYNC_READ, SYNC_WRITE, BULK_READ, BULK_WRITE]
    )
    chain.advance(0.02)
    chain.receive(encode_instruction(chance.choice([1, EVERYONE]), instruction, noise))
    chain.advance(0.02)


def test_half_a_packet_is_forgotten_after_a_pause(chain: DynamixelChain) -> None:
    packet = encode_instruction(1, PING)
    chain.receive(packet[:5])
    chain.advance(0.02)
    assert chain.receive(packet[5:]) == []
    assert len(chain.receive(packet)) == 1


# Instructions


def test_everyone_answers_a_broadcast_ping_in_turn(chain: DynamixelChain) -> None:
    replies = chain.receive(encode_instruction(EVERYONE, PING))
    assert [reply.data[4] for reply in replies] == [1, 2, 3]
    assert len({reply.delay_s for reply in replies}) == 3


def test_servos_on_another_baud_rate_hear_nothing(chain: DynamixelChain) -> None:
    assert ask(chain, encode_instruction(2, WRITE, words(BAUD_RATE) + b"\x01"))
    assert not ask(chain, encode_instruction(2, PING), 3)
    chain.baudrate = 57_600
    assert ask(chain, encode_instruction(2, PING), 3) == [StatusPacket(2, 0, words(1200) + b"-")]


def test_a_new_id_is_acknowledged_under_the_old_one(chain: DynamixelChain) -> None:
    assert ask(chain, encode_instruction(3, WRITE, words(ID) + b"\x09"))[0].servo_id == 3
    assert ask(chain, encode_instruction(9, PING), 3)


def test_a_registered_write_waits_for_action(chain: DynamixelChain) -> None:
    ask(chain, encode_instruction(1, REG_WRITE, words(GOAL) + (500).to_bytes(4, "little")))
    assert chain.servo(1).memory.get("Goal_Position") == 2047
    assert chain.receive(encode_instruction(EVERYONE, ACTION)) == []
    assert chain.servo(1).memory.get("Goal_Position") == 500


def test_unknown_instructions_and_wrong_lengths_are_refused(chain: DynamixelChain) -> None:
    assert ask(chain, encode_instruction(1, 0x42)) == [StatusPacket(1, 2, b"")]
    assert ask(chain, encode_instruction(1, WRITE, b"\x40")) == [StatusPacket(1, 5, b"")]
    assert ask(chain, encode_instruction(1, READ, b"\x40")) == [StatusPacket(1, 5, b"")]
    assert ask(chain, encode_instruction(1, READ, words(140, 40))) == [StatusPacket(1, 7, b"")]


def test_a_bulk_read_reads_each_servo_elsewhere(chain: DynamixelChain) -> None:
    asked = b"\x01" + words(PRESENT, 4) + b"\x03" + words(TORQUE, 1)
    data = b"".join(reply.data for reply in chain.receive(encode_instruction(254, 0x92, asked)))
    assert data == encode_status(1, 0, (2047).to_bytes(4, "little")) + encode_status(3, 0, b"\0")


def test_a_bulk_write_writes_each_servo_elsewhere(chain: DynamixelChain) -> None:
    values = b"\x01" + words(GOAL, 4) + (100).to_bytes(4, "little") + b"\x02" + words(TORQUE, 1)
    assert chain.receive(encode_instruction(EVERYONE, BULK_WRITE, values + b"\x01")) == []
    assert chain.servo(1).memory.get("Goal_Position") == 100
    assert chain.servo(2).memory.get("Torque_Enable") == 1


def test_two_servos_of_one_id_talk_at_once() -> None:
    chain = make_chain(1, 1)
    chain.servos[0].plant.angle_rad = 1.0  # type: ignore[misc]
    assert len(chain.receive(encode_instruction(1, READ, words(PRESENT, 4)))) == 1
    assert not ask(chain, encode_instruction(1, READ, words(PRESENT, 4)), 4)


# Faults


def test_behind_a_cut_cable_all_are_silent(chain: DynamixelChain) -> None:
    chain.faults.cut_before = 2
    packet = encode_instruction(EVERYONE, SYNC_READ, words(PRESENT, 4) + b"\1\2\3")
    assert [reply.servo_id for reply in ask(chain, packet, 4)] == [1]


@pytest.mark.parametrize(("skip_silent", "heard"), [(True, [1, 3]), (False, [1])])
def test_a_silent_servo_in_a_sync_read(
    chain: DynamixelChain, skip_silent: bool, heard: list[int]
) -> None:
    chain.faults.unplugged.add(2)
    chain.faults.skip_silent = skip_silent
    packet = encode_instruction(EVERYONE, SYNC_READ, words(PRESENT, 4) + b"\1\2\3")
    assert [reply.servo_id for reply in ask(chain, packet, 4)] == heard


def test_the_eeprom_survives_in_a_snapshot(chain: DynamixelChain) -> None:
    chain.servo(1).memory.set("Homing_Offset", -1234)
    other = make_chain(1, 2, 3)
    other.restore(chain.snapshot())
    assert other.servo(1).memory.get("Homing_Offset") == -1234
    with pytest.raises(ValueError, match="chain"):
        make_chain(1).restore(chain.snapshot())


# The vendor's own SDK


def test_the_sdk_pings_reads_and_writes(port: SdkPort) -> None:
    handler = sdk.PacketHandler(2.0)
    assert handler.ping(port, 2) == (1200, sdk.COMM_SUCCESS, 0)
    assert handler.write4ByteTxRx(port, 2, GOAL, 3000) == (sdk.COMM_SUCCESS, 0)
    assert handler.read4ByteTxRx(port, 2, GOAL) == (3000, sdk.COMM_SUCCESS, 0)
    assert handler.write1ByteTxRx(port, 2, TORQUE, 1) == (sdk.COMM_SUCCESS, 0)
    result, error = handler.write1ByteTxRx(port, 2, ID, 5)
    assert (result, handler.getRxPacketError(error)) == (
        sdk.COMM_SUCCESS,
        "[RxPacketError] Writing or Reading is not available to target address!",
    )


def test_the_sdk_finds_a_silent_servo_silent(port: SdkPort) -> None:
    assert sdk.PacketHandler(2.0).ping(port, 7)[1] == sdk.COMM_RX_TIMEOUT


def test_the_sdk_reboots_a_servo(chain: DynamixelChain, port: SdkPort) -> None:
    chain.servo(1).memory.set("Torque_Enable", 1)
    assert sdk.PacketHandler(2.0).reboot(port, 1) == (sdk.COMM_SUCCESS, 0)
    assert chain.servo(1).memory.get("Torque_Enable") == 0


@pytest.mark.parametrize(
    ("option", "servo_id", "baudrate"), [(0xFF, 1, 57_600), (1, 2, 57_600), (2, 2, 1_000_000)]
)
def test_the_sdk_resets_a_servo(
    chain: DynamixelChain, port: SdkPort, option: int, servo_id: int, baudrate: int
) -> None:
    servo = chain.servos[1]
    servo.memory.set("Homing_Offset", 77)
    assert sdk.PacketHandler(2.0).factoryReset(port, 2, option) == (sdk.COMM_SUCCESS, 0)
    assert (servo.servo_id, servo.baudrate) == (servo_id, baudrate)
    assert servo.memory.get("Homing_Offset") == 0


def test_a_reset_that_makes_no_sense_is_refused(chain: DynamixelChain, port: SdkPort) -> None:
    handler = sdk.PacketHandler(2.0)
    assert handler.factoryReset(port, 2, 9) == (sdk.COMM_SUCCESS, 4)
    chain.receive(encode_instruction(EVERYONE, FACTORY_RESET, b"\xff"))
    assert [servo.servo_id for servo in chain.servos] == [1, 2, 3]


def test_the_sdk_clears_the_turns_of_a_servo(chain: DynamixelChain, port: SdkPort) -> None:
    handler, servo = sdk.PacketHandler(2.0), chain.servos[0]
    servo.memory.set("Operating_Mode", 4)
    assert isinstance(servo.plant, HandJoint)
    servo.plant.angle_rad = 7.0
    before, _, _ = handler.read4ByteTxRx(port, 1, PRESENT)
    assert handler.clearMultiTurn(port, 1) == (sdk.COMM_SUCCESS, 0)
    after, _, _ = handler.read4ByteTxRx(port, 1, PRESENT)
    assert before - after == 4096
    servo.plant.velocity_rad_s = 1.0
    assert handler.clearMultiTurn(port, 1) == (sdk.COMM_SUCCESS, 1)


def test_the_sdk_writes_in_bulk_and_registers_a_write(chain: DynamixelChain, port: SdkPort) -> None:
    handler = sdk.PacketHandler(2.0)
    writer = sdk.GroupBulkWrite(port, handler)
    writer.addParam(1, GOAL, 4, list((1500).to_bytes(4, "little")))
    writer.addParam(3, TORQUE, 1, [1])
    assert writer.txPacket() == sdk.COMM_SUCCESS
    assert chain.servo(1).memory.get("Goal_Position") == 1500
    assert chain.servo(3).memory.get("Torque_Enable") == 1
    goal = list((900).to_bytes(4, "little"))
    assert handler.regWriteTxRx(port, 2, GOAL, 4, goal) == (sdk.COMM_SUCCESS, 0)
    assert chain.servo(2).memory.get("Goal_Position") != 900
    assert handler.action(port, EVERYONE) == sdk.COMM_SUCCESS
    assert chain.servo(2).memory.get("Goal_Position") == 900


def test_the_sdk_sees_the_watchdog_fire(chain: DynamixelChain, port: SdkPort) -> None:
    handler = sdk.PacketHandler(2.0)
    assert handler.write1ByteTxRx(port, 1, TORQUE, 1) == (sdk.COMM_SUCCESS, 0)
    assert handler.write1ByteTxRx(port, 1, WATCHDOG, 5) == (sdk.COMM_SUCCESS, 0)
    for _ in range(50):
        chain.advance(0.004)
    assert handler.read1ByteTxRx(port, 1, WATCHDOG) == (0xFF, sdk.COMM_SUCCESS, 0)
    assert handler.write4ByteTxRx(port, 1, GOAL, 2000) == (sdk.COMM_SUCCESS, 4)
    assert handler.write1ByteTxRx(port, 1, WATCHDOG, 0) == (sdk.COMM_SUCCESS, 0)
    assert handler.write4ByteTxRx(port, 1, GOAL, 2000) == (sdk.COMM_SUCCESS, 0)


def test_the_sdk_reads_and_writes_in_groups(chain: DynamixelChain, port: SdkPort) -> None:
    handler = sdk.PacketHandler(2.0)
    writer = sdk.GroupSyncWrite(port, handler, GOAL, 4)
    for number in (1, 2, 3):
        writer.addParam(number, list((1000 * number).to_bytes(4, "little")))
    assert writer.txPacket() == sdk.COMM_SUCCESS
    reader = sdk.GroupSyncRead(port, handler, GOAL, 4)
    for number in (1, 2, 3):
        reader.addParam(number)
    assert reader.txRxPacket() == sdk.COMM_SUCCESS
    assert [reader.getData(number, GOAL, 4) for number in (1, 2, 3)] == [1000, 2000, 3000]


def test_the_sdk_reads_in_bulk(port: SdkPort) -> None:
    reader = sdk.GroupBulkRead(port, sdk.PacketHandler(2.0))
    reader.addParam(1, PRESENT, 4)
    reader.addParam(2, TORQUE, 1)
    assert reader.txRxPacket() == sdk.COMM_SUCCESS
    assert (reader.getData(1, PRESENT, 4), reader.getData(2, TORQUE, 1)) == (2047, 0)
