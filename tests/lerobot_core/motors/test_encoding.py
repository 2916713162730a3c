import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.motors.encoding import (
    decode_register,
    decode_sign_magnitude,
    encode_register,
    encode_sign_magnitude,
)
from lerobot_core.motors.tables import STS_SMS


@given(st.sampled_from([10, 11, 15]), st.data())
def test_sign_and_magnitude_come_back(sign_bit: int, data: st.DataObject) -> None:
    largest = (1 << sign_bit) - 1
    value = data.draw(st.integers(-largest, largest))
    assert decode_sign_magnitude(encode_sign_magnitude(value, sign_bit), sign_bit) == value


@pytest.mark.parametrize(
    ("value", "sign_bit", "word"),
    [(0, 11, 0), (-1470, 11, 0x0DBE), (2047, 11, 0x07FF), (-2047, 11, 0x0FFF), (-1, 15, 0x8001)],
)
def test_the_sign_is_the_named_bit(value: int, sign_bit: int, word: int) -> None:
    assert encode_sign_magnitude(value, sign_bit) == word
    assert decode_sign_magnitude(word, sign_bit) == value


@pytest.mark.parametrize("value", [2048, -2048])
def test_a_magnitude_beyond_the_sign_bit_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="2047"):
        encode_sign_magnitude(value, 11)


@given(st.sampled_from(sorted(STS_SMS)), st.sampled_from(["little", "big"]), st.data())
def test_every_register_comes_back(register: str, byte_order: str, data: st.DataObject) -> None:
    place = STS_SMS[register]
    if place.sign_bit is None:
        value = data.draw(st.integers(0, 256**place.size - 1))
    else:
        largest = (1 << place.sign_bit) - 1
        value = data.draw(st.integers(-largest, largest))
    encoded = encode_register(place, value, byte_order)
    assert len(encoded) == place.size
    assert decode_register(place, encoded, byte_order) == value


@pytest.mark.parametrize(("register", "value"), [("ID", 256), ("ID", -1), ("Goal_Time", 65536)])
def test_what_does_not_fit_is_refused(register: str, value: int) -> None:
    with pytest.raises(ValueError, match="fit"):
        encode_register(STS_SMS[register], value, "little")
