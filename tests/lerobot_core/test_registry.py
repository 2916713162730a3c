from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from lerobot_core.errors import SettingInvalid, UnknownChoice
from lerobot_core.registry import Choice


@dataclass(frozen=True, kw_only=True)
class LampConfig(Choice):
    watts: int = 5

    def __post_init__(self) -> None:
        if self.watts <= 0:
            raise ValueError("watts must be positive")


@dataclass(frozen=True, kw_only=True)
class DeskLampConfig(LampConfig, kind="desk"):
    bulbs: Mapping[str, LampConfig] = field(default_factory=dict)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        bulbs = {
            name: LampConfig.from_dict(entry) for name, entry in values.get("bulbs", {}).items()
        }
        return cls(**{**values, "bulbs": bulbs})


@dataclass(frozen=True, kw_only=True)
class WallLampConfig(LampConfig, kind="wall"):
    height_m: float
    maker: str = ""


def test_a_family_knows_its_members_by_name() -> None:
    assert LampConfig.kinds() == ["desk", "wall"]


def test_a_nested_config_survives_the_way_to_json_and_back() -> None:
    config = DeskLampConfig(watts=7, bulbs={"left": WallLampConfig(height_m=1.5)})
    entries = config.to_dict()
    assert entries["bulbs"]["left"] == {"type": "wall", "watts": 5, "height_m": 1.5, "maker": ""}
    assert LampConfig.from_dict(entries) == config


@pytest.mark.parametrize("entries", [{}, {"type": "floor"}, {"type": 3}])
def test_a_name_that_nobody_has_lists_the_known_ones(entries: dict[str, Any]) -> None:
    with pytest.raises(UnknownChoice) as caught:
        LampConfig.from_dict(entries)
    assert caught.value.hint == "Known: desk, wall."


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({"type": "wall"}, "height_m"),
        ({"type": "wall", "height_m": 1.0, "colour": "red"}, "colour"),
        ({"type": "wall", "height_m": 1.0, "watts": -1}, "watts must be positive"),
        ({"type": "wall", "height_m": 1.0, "maker": 3}, "maker .*3 is no text"),
    ],
)
def test_an_impossible_entry_is_named(entries: dict[str, Any], reason: str) -> None:
    with pytest.raises(SettingInvalid, match=reason):
        LampConfig.from_dict(entries)


def test_two_members_cannot_share_a_name() -> None:
    with pytest.raises(TypeError, match="desk"):

        class SecondDeskLampConfig(LampConfig, kind="desk"):
            pass
