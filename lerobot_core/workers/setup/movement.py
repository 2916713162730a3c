"""Which arm is moved by hand: several ports are read at once, and nothing is written."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing

from lerobot_core.errors import WorkbenchError
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.motors.which_moved import MovementWatch
from lerobot_core.serial.link import SerialLink, open_link
from lerobot_core.workers.protocol import MovementSeen
from lerobot_core.workers.setup.desk import Desk

_LOOK_EVERY_S = 0.1


class Movement:
    """Watches until told to end. A port that cannot be opened is told and left out."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = list(addresses)

    def __call__(self, desk: Desk) -> None:
        with ExitStack() as stack:
            watch = MovementWatch(self._open(desk, stack))
            watch.begin()
            before = _furthest(watch.travels)
            while True:
                moved = watch.look()
                now = _furthest(watch.travels)
                desk.tell(
                    MovementSeen(
                        degrees_now={
                            port: abs(turned - before.get(port, 0.0))
                            for port, turned in now.items()
                        },
                        degrees_in_all=now,
                        moved=moved.port if moved else "",
                        stiff=watch.stiff,
                        lost=watch.lost,
                    )
                )
                before = now
                desk.next(_LOOK_EVERY_S)

    def _open(self, desk: Desk, stack: ExitStack) -> Mapping[str, SerialLink]:
        links: dict[str, SerialLink] = {}
        for address in dict.fromkeys(self._addresses):
            try:
                with ExitStack() as attempt:
                    desk.take(attempt, address)
                    link = attempt.enter_context(closing(open_link(address, DEFAULT_BAUDRATE)))
                    stack.push(attempt.pop_all())
            except WorkbenchError as error:
                desk.problem(error, address)
            else:
                links[address] = link
        return links


def _furthest(travels: Mapping[str, Mapping[int, float]]) -> dict[str, float]:
    """Port → degrees that its most turned joint has passed through."""
    return {port: 360 * max(turns.values(), default=0.0) for port, turns in travels.items()}
