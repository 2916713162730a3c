"""Who is on an arm's wire, servos of a brand that was not expected there included."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lerobot_core.motors.brand import ServoBrand
from lerobot_core.motors.brands import BRANDS, brand_of_arm, heeds_broadcasts
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.scan import ScanResult, Stranger, scan_bus
from lerobot_core.progress import Progress, stretch
from lerobot_core.serial.link import SerialLink

_OWN_SHARE = 0.8  # of the progress shown; the rest is for asking the other brands


def scan_arm(
    link: SerialLink,
    motors: Mapping[str, Motor],
    *,
    baudrates: Sequence[int] | None = None,
    every_id: bool = False,
    progress: Progress | None = None,
) -> ScanResult:
    """Ask for the servos of an arm in their brand's words, then call others in theirs.

    Args:
        motors: All of one brand; at least one.
        baudrates: Only these; default are all of the brand.
        every_id: Ask all ids one by one, as is done anyway for servos that heed no broadcast.

    Raises:
        PortLost, CancelRequested: as ``scan_bus``. ValueError: motors of several brands.
    """
    brand = brand_of_arm(motors)
    scan = scan_bus(
        link,
        brand.probe,
        expected_ids=[motor.id for motor in motors.values()],
        baudrates=baudrates,
        every_id=every_id or not heeds_broadcasts(motors),
        progress=stretch(progress, 0.0, _OWN_SHARE),
    )
    strangers = call_strangers(link, brand, stretch(progress, _OWN_SHARE, 1.0))
    return replace(scan, brand=brand.key, strangers=strangers)


def scan_any(link: SerialLink, *, progress: Progress | None = None) -> ScanResult:
    """Of a wire about which nothing is known: each brand is asked at all its baud rates.

    The result is that of the brand with the most servos; the others' are its strangers. Only if
    nobody answers, every id is asked one by one, at the usual baud rates alone.
    """
    scans: dict[str, ScanResult] = {}
    count = 2 * len(BRANDS)
    for place, (key, brand) in enumerate(BRANDS.items()):
        part = stretch(progress, place / count, (place + 1) / count)
        scans[key] = replace(scan_bus(link, brand.probe, progress=part), brand=key)
    for place, (key, brand) in enumerate(BRANDS.items(), len(BRANDS)):
        if any(scan.servos for scan in scans.values()):
            break
        part = stretch(progress, place / count, (place + 1) / count)
        scans[key] = _with_deaf_ones(link, brand, scans[key], part)
    if progress is not None:
        progress.report(1.0, "")
    most = max(scans.values(), key=lambda scan: len(scan.servos))
    strangers = tuple(
        Stranger(BRANDS[scan.brand].name, servo)
        for scan in scans.values()
        if scan is not most
        for servo in scan.servos
    )
    return replace(most, strangers=strangers)


def call_strangers(
    link: SerialLink, brand: ServoBrand, progress: Progress | None = None
) -> tuple[Stranger, ...]:
    """Servos of any other brand, called at their usual baud rates: a second or two for each.

    Servos do not heed packets of another brand.
    """
    others = [other for other in BRANDS.values() if other.key != brand.key]
    return tuple(
        Stranger(other.name, servo)
        for place, other in enumerate(others)
        for servo in scan_bus(
            link,
            other.probe,
            baudrates=other.usual_baudrates,
            progress=stretch(progress, place / len(others), (place + 1) / len(others)),
        ).servos
    )


def _with_deaf_ones(
    link: SerialLink, brand: ServoBrand, scan: ScanResult, progress: Progress | None
) -> ScanResult:
    """With the servos that heed no call to all, where the brand has such models."""
    if all(model.has_sync_read for model in brand.models.values()):
        return scan
    again = scan_bus(
        link, brand.probe, baudrates=brand.usual_baudrates, every_id=True, progress=progress
    )
    return replace(scan, rates=(*scan.rates, *again.rates)) if again.servos else scan
