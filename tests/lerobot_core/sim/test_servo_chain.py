"""Chains of simulated servos, byte by byte, and as the vendor's own SDK sees them."""

import json
import random

import pytest
import scservo_sdk as sdk
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.errors import PortLost
from lerobot_core.motors.packets import StatusPacket, encode_packet, take_replies
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain

PING, READ, WRITE, REG_WRITE, ACTION = 1, 2, 3, 4, 5
SYNC_READ, SYNC_WRITE, EVERYONE = 0x82, 0x83, 0xFE
ID, BAUD_RATE, GOAL, LOCK, PRESENT = 5, 6, 42, 55, 56


def make_chain(*ids: int) -> ServoChain:
    return ServoChain([SimulatedServo(number, HandJoint()) for number in ids])


@pytest.fixture
def chain() -> ServoChain:
    return make_chain(1, 2, 3)


def ask(chain: ServoChain, packet: bytes, size: int = 0) -> list[StatusPacket]:
    """The whole replies with ``size`` bytes of data to one packet."""
    received = bytearray(b"".join(reply.data for reply in chain.receive(packet)))
    return take_replies(received, size)


# Packets


def test_packets_on_the_wire() -> None:
    """Written out, so that no encoder of ours checks itself: ping and position of servo 1."""
    chain = make_chain(1)
    assert chain.receive(bytes.fromhex("ffff010201fb"))[0].data == bytes.fromhex("ffff010200fc")
    reply = chain.receive(bytes.fromhex("ffff0104023802be"))[0].data
    assert reply == bytes.fromhex("ffff010400ff07f4")  # 2047, low byte first


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7])
def test_packets_may_come_in_pieces(chain: ServoChain, piece: int) -> None:
    packet = encode_packet(2, READ, bytes([PRESENT, 2]))
    replies = [
        reply
        for start in range(0, len(packet), piece)
        for reply in chain.receive(packet[start : start + piece])
    ]
    assert [reply.data[2] for reply in replies] == [2]


def test_two_packets_may_come_together(chain: ServoChain) -> None:
    assert len(ask(chain, encode_packet(1, PING) + encode_packet(3, PING))) == 2


def test_wrong_checksums_are_ignored(chain: ServoChain) -> None:
    packet = bytearray(encode_packet(1, WRITE, bytes([GOAL, 1, 2])))
    packet[-1] ^= 0xFF
    assert chain.receive(bytes(packet)) == []
    assert ask(chain, encode_packet(1, PING)) == [StatusPacket(1, 0, b"")]


def test_half_a_packet_is_forgotten_after_a_pause(chain: ServoChain) -> None:
    chain.receive(bytes([0xFF, 0xFF, 1, 200, 3]))
    chain.advance(0.02)
    assert ask(chain, encode_packet(1, PING)) == [StatusPacket(1, 0, b"")]


@given(st.binary(max_size=60))
def test_noise_never_breaks_a_chain(noise: bytes) -> None:
    chain = make_chain(1, 2)
    chain.receive(noise)
    chain.advance(0.02)
    chain.receive(encode_packet(EVERYONE, WRITE, bytes([BAUD_RATE, 0])))
    assert chain.receive(noise + encode_packet(7, PING)) is not None


@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=20))
def test_whole_packets_of_any_content_never_break_a_chain(
    servo_id: int, code: int, parameters: bytes
) -> None:
    make_chain(1, 2).receive(encode_packet(servo_id, code, parameters))


def test_registered_writes_wait_for_the_action(chain: ServoChain) -> None:
    for number in (1, 2):
        assert ask(chain, encode_packet(number, REG_WRITE, bytes([GOAL, 0x10, 0x02])))
    assert chain.servo(1).memory.get("Goal_Position") == 2047
    assert chain.receive(encode_packet(EVERYONE, ACTION)) == []
    goals = [servo.memory.get("Goal_Position") for servo in chain.servos]
    assert goals == [0x210, 0x210, 2047]


def test_a_silent_status_level_acknowledges_no_writes(chain: ServoChain) -> None:
    chain.receive(encode_packet(1, WRITE, bytes([8, 0])))
    assert chain.receive(encode_packet(1, WRITE, bytes([GOAL, 1, 2]))) == []
    assert len(chain.receive(encode_packet(1, PING))) == 1


# Who answers


def test_everyone_answers_a_broadcast_ping(chain: ServoChain) -> None:
    replies = chain.receive(encode_packet(EVERYONE, PING))
    assert [reply.data[2] for reply in replies] == [1, 2, 3]
    assert [reply.delay_s for reply in replies] == sorted({reply.delay_s for reply in replies})


def test_sync_reads_are_answered_in_the_order_asked_for(chain: ServoChain) -> None:
    chain.faults.unplugged = {1}
    replies = ask(chain, encode_packet(EVERYONE, SYNC_READ, bytes([PRESENT, 2, 3, 1, 2])), 2)
    assert [reply.servo_id for reply in replies] == [3, 2]


def test_a_sync_write_reaches_those_it_names(chain: ServoChain) -> None:
    parameters = bytes([GOAL, 2, 1, 0x01, 0x02, 9, 0, 0, 3, 0x03, 0x04])
    assert chain.receive(encode_packet(EVERYONE, SYNC_WRITE, parameters)) == []
    goals = [servo.memory.get("Goal_Position") for servo in chain.servos]
    assert goals == [0x201, 2047, 0x403]


def test_another_baud_rate_is_noise(chain: ServoChain) -> None:
    chain.receive(encode_packet(2, WRITE, bytes([LOCK, 0])))
    acknowledged = ask(chain, encode_packet(2, WRITE, bytes([BAUD_RATE, 4])))
    assert acknowledged == [StatusPacket(2, 0, b"")]
    assert chain.receive(encode_packet(2, PING)) == []
    chain.baudrate = 115_200
    assert [r.servo_id for r in ask(chain, encode_packet(EVERYONE, PING))] == [2]


def test_a_new_id_is_acknowledged_under_the_old_one(chain: ServoChain) -> None:
    chain.receive(encode_packet(3, WRITE, bytes([LOCK, 0])))
    assert ask(chain, encode_packet(3, WRITE, bytes([ID, 6]))) == [StatusPacket(3, 0, b"")]
    assert ask(chain, encode_packet(6, PING)) == [StatusPacket(6, 0, b"")]
    chain.power_cycle()
    assert ask(chain, encode_packet(6, PING)) == [StatusPacket(6, 0, b"")]


def test_servos_with_one_id_talk_at_once() -> None:
    chain = make_chain(1, 1)
    chain.servos[1].plant.angle_rad = 0.5
    replies = chain.receive(encode_packet(1, READ, bytes([PRESENT, 2])))
    assert len(replies) == 1
    assert take_replies(bytearray(replies[0].data), 2) == []


# Time on the wire


def test_replies_take_their_time(chain: ServoChain) -> None:
    chain.servo(1).memory.set("Return_Delay_Time", 100)  # 200 µs
    (reply,) = chain.receive(encode_packet(1, READ, bytes([PRESENT, 2])))
    assert reply.delay_s == pytest.approx(200e-6 + (8 + 8) * 10e-6)


def test_replies_to_a_sync_read_do_not_overlap(chain: ServoChain) -> None:
    for servo in chain.servos:
        servo.memory.set("Return_Delay_Time", 0)
    request = encode_packet(EVERYONE, SYNC_READ, bytes([PRESENT, 2, 1, 2, 3]))
    times = [reply.delay_s for reply in chain.receive(request)]
    assert times == pytest.approx([(len(request) + 8 * n) * 10e-6 for n in (1, 2, 3)])


# Faults


def test_everything_behind_a_cut_is_silent_and_limp(chain: ServoChain) -> None:
    chain.receive(encode_packet(EVERYONE, WRITE, bytes([40, 1])))
    chain.faults.cut_before = 2
    assert [r.servo_id for r in ask(chain, encode_packet(EVERYONE, PING))] == [1]
    chain.faults.cut_before = None
    torque = [ask(chain, encode_packet(n, READ, bytes([40, 1])), 1)[0].data for n in (1, 2, 3)]
    assert torque == [b"\x01", b"\x00", b"\x00"]


def test_one_servo_alone_can_be_damaged(chain: ServoChain) -> None:
    chain.faults.corrupted[2] = 1.0
    assert [r.servo_id for r in ask(chain, encode_packet(EVERYONE, PING))] == [1, 3]


def test_corruption_follows_its_seed() -> None:
    def story(seed: int) -> list[bytes]:
        chain = make_chain(1)
        chain.faults.corrupt_probability = 0.5
        chain.faults.random = random.Random(seed)
        return [chain.receive(encode_packet(1, PING))[0].data for _ in range(20)]

    assert story(3) == story(3)
    assert story(3) != story(4)
    damaged = [data for data in story(3) if data != encode_packet(1, 0)]
    assert 0 < len(damaged) < 20


def test_faults_show_in_the_error_byte(chain: ServoChain) -> None:
    chain.faults.volts = 3.0
    chain.faults.overloaded = {2}
    chain.advance(0.01)
    replies = ask(chain, encode_packet(EVERYONE, PING))
    assert [reply.error for reply in replies] == [0x01, 0x21, 0x01]


def test_late_replies_stay_on_the_wire(chain: ServoChain) -> None:
    link = ChainLink(chain)
    chain.faults.extra_delay_s = 0.1
    link.write(encode_packet(1, PING))
    assert link.read(6, 0.02) == b""
    assert link.now() == pytest.approx(0.02)
    link.discard_input()
    assert link.read(6, 0.1) == encode_packet(1, 0)


def test_a_link_is_read_in_any_pieces(chain: ServoChain) -> None:
    link = ChainLink(chain)
    link.write(encode_packet(EVERYONE, PING))
    assert b"".join(link.read(1, 0.1) for _ in range(18)) == b"".join(
        encode_packet(number, 0) for number in (1, 2, 3)
    )
    link.write(encode_packet(1, PING))
    link.now_s += 1.0
    link.discard_input()
    assert link.read(6, 0.1) == b""


def test_a_link_moves_time_with_each_request() -> None:
    chain = make_chain(1)
    link = ChainLink(chain, advance_per_exchange=0.1)
    link.write(encode_packet(1, WRITE, bytes([GOAL, 0, 12])))
    link.write(encode_packet(1, WRITE, bytes([40, 1])))
    for _ in range(20):
        link.write(encode_packet(1, PING))
    assert chain.servo(1).plant.angle_rad == pytest.approx((3072 - 2047) * 2 * 3.14159 / 4096, 1e-3)


def test_a_link_is_lost_with_its_adapter_and_when_closed(chain: ServoChain) -> None:
    link = ChainLink(chain)
    chain.faults.adapter_gone = True
    with pytest.raises(PortLost, match="sim://test/chain"):
        link.write(encode_packet(1, PING))
    chain.faults.adapter_gone = False
    link.close()
    with pytest.raises(PortLost):
        link.read(1, 0.1)


# Memory


def test_memory_comes_back_through_json(chain: ServoChain) -> None:
    chain.receive(encode_packet(2, WRITE, bytes([LOCK, 0])))
    chain.receive(encode_packet(2, WRITE, bytes([21, 16])))
    kept = json.loads(json.dumps(chain.snapshot()))
    other = make_chain(1, 2, 3)
    other.restore(kept)
    assert [servo.memory.get("P_Coefficient") for servo in other.servos] == [32, 16, 32]


@pytest.mark.parametrize("snapshot", [{}, {"eeprom": []}, {"eeprom": ["00"] * 3}])
def test_foreign_memory_is_refused(chain: ServoChain, snapshot: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="memory"):
        chain.restore(snapshot)


# The vendor's SDK as a witness


class SdkPort(sdk.PortHandler):
    """The SDK's own port, with a chain in the place of pyserial."""

    def __init__(self, chain: ServoChain) -> None:
        super().__init__("chain")
        self.link = ChainLink(chain)
        self.tx_time_per_byte = 0.01

    def clearPort(self) -> None:
        self.link.discard_input()

    def readPort(self, length: int) -> bytes:
        return self.link.read(length, 0.01)

    def writePort(self, packet: list[int]) -> int:
        self.link.write(bytes(packet))
        return len(packet)


@pytest.fixture
def port(chain: ServoChain) -> SdkPort:
    return SdkPort(chain)


def test_the_sdk_finds_servos_and_their_model(port: SdkPort) -> None:
    packets = sdk.PacketHandler(0)
    assert packets.ping(port, 2) == (777, sdk.COMM_SUCCESS, 0)


def test_the_sdk_reads_and_writes(port: SdkPort, chain: ServoChain) -> None:
    packets = sdk.PacketHandler(0)
    assert packets.read2ByteTxRx(port, 1, PRESENT) == (2047, sdk.COMM_SUCCESS, 0)
    assert packets.write2ByteTxRx(port, 1, GOAL, 1234) == (sdk.COMM_SUCCESS, 0)
    assert chain.servo(1).memory.get("Goal_Position") == 1234
    assert packets.regWriteTxRx(port, 1, GOAL, 2, [1, 2]) == (sdk.COMM_SUCCESS, 0)
    assert packets.action(port, 1) == sdk.COMM_SUCCESS
    assert chain.servo(1).memory.get("Goal_Position") == 0x201


def test_the_sdk_reads_and_writes_groups(port: SdkPort, chain: ServoChain) -> None:
    packets = sdk.PacketHandler(0)
    write = sdk.GroupSyncWrite(port, packets, GOAL, 2)
    read = sdk.GroupSyncRead(port, packets, GOAL, 2)
    for number in (1, 2, 3):
        write.addParam(number, [number, 4])
        read.addParam(number)
    assert write.txPacket() == sdk.COMM_SUCCESS
    assert read.txRxPacket() == sdk.COMM_SUCCESS
    assert [read.getData(number, GOAL, 2) for number in (1, 2, 3)] == [0x401, 0x402, 0x403]


def test_the_sdk_sees_errors(port: SdkPort, chain: ServoChain) -> None:
    packets = sdk.PacketHandler(0)
    chain.faults.overloaded = {1}
    chain.advance(0.01)
    _, result, error = packets.read2ByteTxRx(port, 1, PRESENT)
    assert (result, packets.getRxPacketError(error)) == (
        sdk.COMM_SUCCESS,
        "[RxPacketError] Overload error!",
    )


def test_the_sdk_sees_damage(port: SdkPort, chain: ServoChain) -> None:
    chain.faults.corrupt_probability = 1.0
    chain.faults.random = random.Random(2)
    port.setPacketTimeoutMillis(0)
    _, result, _ = sdk.PacketHandler(0).readTxRx(port, 1, PRESENT, 2)
    assert result in (sdk.COMM_RX_CORRUPT, sdk.COMM_RX_TIMEOUT)
