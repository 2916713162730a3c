"""Work at one port, on a thread of its own: the wire may be slow, the worker stays attentive."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from queue import Empty, SimpleQueue

from lerobot_core.errors import WorkbenchError
from lerobot_core.progress import CancelRequested
from lerobot_core.workers.leases import Lease
from lerobot_core.workers.protocol import (
    Event,
    JobProgress,
    Message,
    PortDone,
    SetupEvent,
    problem,
)
from lerobot_core.workers.runner import Send

log = logging.getLogger(__name__)

_REPORT_EVERY_S = 0.1
_LEASE_PATIENCE_S = 3.0  # a session that was just told to end still has to let go of the port
_LEASE_RETRY_S = 0.1


class Desk:
    """What work has: somebody to tell, and somebody who says what to do next.

    ``place`` is the port, or another name where there is none; problems are told in its name.
    """

    def __init__(self, place: str, send: Send) -> None:
        self.place = place
        self._send = send
        self._inbox: SimpleQueue[Message | None] = SimpleQueue()
        self._is_over = threading.Event()
        self._reported_s = 0.0

    def tell(self, event: Event | SetupEvent) -> None:
        self._send(event)

    def problem(self, error: WorkbenchError, place: str = "") -> None:
        """In the name of this work's port, or of another of its ports."""
        self._send(problem(error, place or self.place))

    def report(self, fraction: float, doing: str) -> None:
        """How far long work is: ``Progress``. Raises CancelRequested when it is to end."""
        self.check()
        now_s = time.monotonic()
        if fraction in (0.0, 1.0) or now_s - self._reported_s >= _REPORT_EVERY_S:
            self._reported_s = now_s
            self._send(JobProgress(fraction, doing))

    def check(self) -> None:
        """Raises CancelRequested when the work is to end."""
        if self._is_over.is_set():
            raise CancelRequested

    def next(self, timeout_s: float) -> Message | None:
        """The next command for this work, or None in time. Raises CancelRequested."""
        self.check()
        try:
            command = self._inbox.get(timeout=timeout_s)
        except Empty:
            command = None
        self.check()
        return command

    def put(self, command: Message) -> None:
        """From outside: a command for this work."""
        self._inbox.put(command)

    def end(self) -> None:
        """From outside: the work is to end soon."""
        self._is_over.set()
        self._inbox.put(None)

    def take(self, stack: ExitStack, address: str) -> None:
        """Take the right to use a port, for as long as ``stack`` is open.

        Raises:
            DeviceInUse: somebody else has it, and does not let go within a moment.
        """
        give_up_s = time.monotonic() + _LEASE_PATIENCE_S
        while True:
            self.check()
            try:
                stack.enter_context(Lease(address))
            except WorkbenchError:
                if time.monotonic() >= give_up_s:
                    raise
                self._is_over.wait(_LEASE_RETRY_S)
            else:
                return


Work = Callable[[Desk], None]


class RunningWork:
    """A piece of work that goes on. It ends by itself, or by ``end``."""

    def __init__(self, doing: str, place: str, work: Work, send: Send) -> None:
        self.doing = doing
        self._desk = Desk(place, send)
        self._work = work
        self._thread = threading.Thread(target=self._run, name=f"{doing} {place}", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def put(self, command: Message) -> None:
        self._desk.put(command)

    def end(self) -> None:
        """Wait until the port is closed: whoever comes next finds it free."""
        self._desk.end()
        self._thread.join()

    def _run(self) -> None:
        desk = self._desk
        try:
            self._work(desk)
        except CancelRequested:
            pass
        except WorkbenchError as error:
            log.info("%s at %s: %s", self.doing, desk.place, error)
            desk.problem(error)
        except Exception:  # the last stop of this thread: the app hears of it
            log.exception("%s at %s ended by a defect", self.doing, desk.place)
            desk.problem(WorkbenchError())
        finally:
            desk.tell(PortDone(desk.place, self.doing))
