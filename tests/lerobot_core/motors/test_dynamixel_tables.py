"""The tables agree with themselves and with the spec's numbers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lerobot_core.motors.dynamixel_tables import (
    DRIVES,
    DYNAMIXEL_MODELS,
    EEPROM_END,
    X_SERIES,
    X_SERIES_EEPROM,
    X_SERIES_RAM,
    hardware_alarm_words,
    refusal_words,
)
from lerobot_core.motors.encoding import decode_register, encode_register


def test_registers_do_not_overlap() -> None:
    places = sorted(X_SERIES.values())
    assert all(one.address + one.size <= next_.address for one, next_ in pairwise(places))


def test_the_eeprom_ends_where_torque_begins() -> None:
    assert all(place.address < EEPROM_END for place in X_SERIES_EEPROM.values())
    assert all(place.address >= EEPROM_END for place in X_SERIES_RAM.values())


def test_every_model_has_its_own_number_and_its_drive() -> None:
    assert len({model.number for model in DYNAMIXEL_MODELS.values()}) == len(DYNAMIXEL_MODELS)
    assert set(DRIVES) == set(DYNAMIXEL_MODELS)


@pytest.mark.parametrize("model", sorted(DRIVES))
def test_modes_with_current_need_a_current_sensor(model: str) -> None:
    drive = DRIVES[model]
    assert ({0, 5} <= drive.modes) == (drive.current_ma is not None)


@given(st.sampled_from(sorted(X_SERIES)), st.data())
def test_every_register_comes_back(register: str, data: st.DataObject) -> None:
    place = X_SERIES[register]
    bits = 8 * place.size
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if place.signed else (0, (1 << bits) - 1)
    value = data.draw(st.integers(low, high))
    encoded = encode_register(place, value, "little")
    assert len(encoded) == place.size
    assert decode_register(place, encoded, "little") == value
    for outside in (low - 1, high + 1):
        with pytest.raises(ValueError, match="fit"):
            encode_register(place, outside, "little")


def test_alarms_and_refusals_have_words() -> None:
    assert hardware_alarm_words(0x24) == "too hot, overload"
    assert hardware_alarm_words(0x80) == "hardware error 0x80"
    assert refusal_words(7) == "the register is locked now"
    assert refusal_words(0x40) == "error 0x40"
