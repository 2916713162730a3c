"""All brands of servos, and finding the one that a model or an arm is of."""

from collections.abc import Mapping

from lerobot_core.errors import UnknownChoice
from lerobot_core.motors.brand import ServoBrand
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.dynamixel_brand import DYNAMIXEL
from lerobot_core.motors.feetech_brand import FEETECH
from lerobot_core.motors.tables import ServoModel

BRANDS: Mapping[str, ServoBrand] = {brand.key: brand for brand in (FEETECH, DYNAMIXEL)}


def brand_of(model: str) -> ServoBrand:
    """Raises UnknownChoice: no brand has such a model."""
    for brand in BRANDS.values():
        if model in brand.models:
            return brand
    known = ", ".join(name for brand in BRANDS.values() for name in brand.models)
    raise UnknownChoice(kind=model, known=known)


def model_of(model: str) -> ServoModel:
    """What its data sheet says, whatever the brand. Raises UnknownChoice."""
    return brand_of(model).models[model]


def brand_of_arm(motors: Mapping[str, Motor]) -> ServoBrand:
    """Of the servos of one wire.

    Raises:
        ValueError: there are none, or they are of several brands, which cannot share a wire.
        UnknownChoice: no brand has one of the models.
    """
    brands = {brand_of(motor.model).key for motor in motors.values()}
    if len(brands) != 1:
        raise ValueError(f"servos of one wire are of one brand, not of {sorted(brands)}")
    return BRANDS[brands.pop()]


def heeds_broadcasts(motors: Mapping[str, Motor]) -> bool:
    """All of these servos answer a call to all; others must be asked one by one."""
    return all(model_of(motor.model).has_sync_read for motor in motors.values())
