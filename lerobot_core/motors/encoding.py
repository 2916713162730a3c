"""How servos store numbers: words of up to four bytes; negative ones in one of two ways."""

from typing import Literal

from lerobot_core.motors.tables import Register


def encode_sign_magnitude(value: int, sign_bit: int) -> int:
    """Raises ValueError when the magnitude does not fit below the sign bit."""
    magnitude = abs(value)
    if magnitude >> sign_bit:
        raise ValueError(f"{value} is beyond ±{(1 << sign_bit) - 1}")
    return (int(value < 0) << sign_bit) | magnitude


def decode_sign_magnitude(word: int, sign_bit: int) -> int:
    magnitude = word & ((1 << sign_bit) - 1)
    return -magnitude if word >> sign_bit & 1 else magnitude


def encode_register(register: Register, value: int, byte_order: Literal["little", "big"]) -> bytes:
    """The bytes on the wire. Raises ValueError when ``value`` does not fit."""
    if register.sign_bit is not None:
        value = encode_sign_magnitude(value, register.sign_bit)
    bits = 8 * register.size
    low, high = (-1 << bits - 1, 1 << bits - 1) if register.signed else (0, 1 << bits)
    if not low <= value < high:
        raise ValueError(f"{value} does not fit into {register.size} bytes")
    return value.to_bytes(register.size, byte_order, signed=register.signed)


def decode_register(
    register: Register, data: bytes | bytearray, byte_order: Literal["little", "big"]
) -> int:
    word = int.from_bytes(data, byte_order, signed=register.signed)
    if register.sign_bit is None:
        return word
    return decode_sign_magnitude(word, register.sign_bit)
