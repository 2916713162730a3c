"""The table of brands, and what follows from it alone."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from wired_servos import servo, wire

from lerobot_core import motors
from lerobot_core.errors import UnknownChoice
from lerobot_core.motors import brands
from lerobot_core.motors.arm_scan import scan_any, scan_arm
from lerobot_core.motors.brands import (
    BRANDS,
    brand_of,
    brand_of_arm,
    heeds_broadcasts,
    model_of,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.diagnosis import PortState, diagnose
from lerobot_core.motors.id_setup import IdSetup
from lerobot_core.motors.register_table import describe
from lerobot_core.motors.tables import MODELS
from lerobot_core.types import NormMode


def arm(*models: str) -> dict[str, Motor]:
    return {f"joint_{i}": Motor(i, model, NormMode.DEGREES) for i, model in enumerate(models, 1)}


def test_a_models_name_belongs_to_one_brand() -> None:
    names = Counter(name for brand in BRANDS.values() for name in brand.models)
    assert set(names.values()) == {1}


@pytest.mark.parametrize("key", BRANDS)
def test_a_brand_is_complete(key: str) -> None:
    brand = BRANDS[key]
    assert brand.key == key
    assert set(brand.usual_baudrates) <= set(brand.probe.baudrates)
    assert brand.probe.baudrates[0] == brand.usual_baudrates[0]
    for model in brand.models:
        assert describe(model)


@pytest.mark.parametrize(
    ("models", "heeds"),
    [(("sts3215", "sts3250"), True), (("scs0009",), False), (("xl430-w250",), True)],
)
def test_who_heeds_a_call_to_all(models: tuple[str, ...], heeds: bool) -> None:
    assert heeds_broadcasts(arm(*models)) is heeds


def test_an_arm_is_of_one_brand() -> None:
    assert brand_of_arm(arm("xl430-w250", "xl330-m288")).name == "Dynamixel"
    for wrong in (arm("sts3215", "xl330-m288"), {}):
        with pytest.raises(ValueError, match="one brand"):
            brand_of_arm(wrong)
    with pytest.raises(UnknownChoice):
        brand_of("xyz")


def test_a_new_brand_is_an_entry_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another maker's servos that happen to speak as Feetech's do."""
    twin = replace(BRANDS["feetech"], key="other", name="Other", models={"zz1": MODELS["sts3215"]})
    monkeypatch.setattr(brands, "BRANDS", {"other": twin})
    monkeypatch.setattr("lerobot_core.motors.arm_scan.BRANDS", {"other": twin})
    monkeypatch.setattr("lerobot_core.motors.diagnosis.BRANDS", {"other": twin})
    assert model_of("zz1").number == 777
    one = arm("zz1")
    link = wire(servo(1))
    assert IdSetup(link, one).look().can_write
    codes = [finding.code for finding in diagnose(one, scan_arm(link, one), PortState("x"))]
    assert codes == ["all_fine"]
    assert scan_any(link).brand == "other"


def test_nothing_but_the_table_names_a_brands_module() -> None:
    folder = Path(motors.__path__[0])
    naming = {
        path.name
        for path in folder.glob("*.py")
        if "feetech_brand" in path.read_text() or "dynamixel_brand" in path.read_text()
    }
    assert naming == {"brands.py"}
