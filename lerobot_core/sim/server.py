"""The process of a bench: real time, serial ports for its chains, rings for its cameras."""

import logging
import os
import selectors
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from lerobot_core.errors import (
    CameraNotFound,
    PortNotFound,
    PortPermissionDenied,
    UnknownChoice,
)
from lerobot_core.files import write_json
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.commands import step_seconds
from lerobot_core.sim.control_socket import Answer, Client, ControlSocket, Request
from lerobot_core.sim.pictures import FPS, Pictures
from lerobot_core.sim.places import BenchPlaces
from lerobot_core.sim.ptys import PtyPort
from lerobot_core.sim.twins import CAMERAS

log = logging.getLogger(__name__)

LINGER_S = 3.0  # after the last client; a session that restarts finds the bench as it was
_FIRST_CLIENT_S = 20.0
_BUSY_TICK_S = 0.012
_IDLE_TICK_S = 0.05
_BUSY_AFTER_BYTES_S = 0.5
_LONGEST_CATCH_UP_S = 0.25  # the machine slept or was stopped: that time did not pass here
_NICENESS = -10


class BenchServer:
    """Runs one bench until its last client is gone, or until ``end_with`` is closed."""

    def __init__(
        self,
        bench: Bench,
        places: BenchPlaces,
        *,
        stepped: bool = False,
        end_with: IO[bytes] | None = None,
    ) -> None:
        self._bench = bench
        self._places = places
        self._stepped = stepped
        # Not the default one, which rounds waits up to whole milliseconds: replies take less.
        self._selector = selectors.SelectSelector()
        self._control = ControlSocket(places, self._selector, self._answer, self._end_lease)
        self._pictures = Pictures(bench.open_renderer, places)
        self._ports: dict[PtyPort, str] = {}
        self._frame_due_s: dict[str, float] = {}
        self._requests: dict[str, Callable[[Client, Request], Answer]] = {
            "open_chain": self._open_chain,
            "open_camera": self._open_camera,
            "command": self._command,
            "end": self._end,
        }
        self._time_s = time.monotonic()
        self._bytes_s = 0.0
        self._alone_until_s = self._time_s + _FIRST_CLIENT_S
        self._ending = False
        self._waits_for_end = end_with is not None
        if end_with is not None:
            self._selector.register(end_with, selectors.EVENT_READ, self._look_for_end)

    def run(self, announce: Callable[[], None] = lambda: None) -> None:
        """Serve until it is over, then save the bench and leave nothing behind.

        ``announce`` is called when clients may come: whatever ends it, the bench is saved.
        """
        with suppress(PermissionError):  # an adapter does not answer late because of other programs
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        try:
            announce()
            while not self._is_over():
                self._turn()
        finally:
            self._close()

    def offer(self, chain: str) -> str:
        """A port for any program, open until the bench ends. Returns its path."""
        return self._add_port(chain).path

    # One turn of the loop

    def _turn(self) -> None:
        ready = self._selector.select(self._patience_s())
        self._catch_up()
        for key, _ in ready:
            key.data(key.fileobj)
        now = time.monotonic()
        for port in self._ports:
            port.send_due(now)
        self._drop_pulled_ports()
        if not self._stepped:
            self._request_frames(now)

    def _patience_s(self) -> float:
        """How long nothing has to be done."""
        now = time.monotonic()
        active = (
            now - self._bytes_s < _BUSY_AFTER_BYTES_S
            or self._bench.demonstrator.running
            or self._bench.hands.busy
        )
        dues = [now + (_BUSY_TICK_S if active and not self._stepped else _IDLE_TICK_S)]
        dues += [due for port in self._ports if (due := port.next_due_s) is not None]
        dues += [] if self._stepped else self._frame_due_s.values()
        return max(min(dues) - now, 0.0)

    def _catch_up(self) -> None:
        """Let the bench live through the time that has passed."""
        now = time.monotonic()
        if not self._stepped:
            self._bench.advance(min(now - self._time_s, _LONGEST_CATCH_UP_S))
        self._time_s = now

    def _request_frames(self, now: float) -> None:
        for camera, due in self._frame_due_s.items():
            if now >= due:
                missed = int((now - due) * FPS)
                self._frame_due_s[camera] = due + (missed + 1) / FPS
                self._request_frame(camera)

    def _request_frame(self, camera: str) -> None:
        if camera not in self._bench.frozen_cameras | self._bench.missing_cameras:
            positions = self._bench.positions()
            self._pictures.request(camera, positions, time.monotonic_ns())

    def _drop_pulled_ports(self) -> None:
        for port, chain in list(self._ports.items()):
            if self._bench.chains[chain].faults.adapter_gone:
                self._remove_port(port)

    def _is_over(self) -> bool:
        if self._ending or self._waits_for_end:
            return self._ending
        if self._control.clients or self._ports:
            self._alone_until_s = time.monotonic() + LINGER_S
            return False
        return time.monotonic() > self._alone_until_s

    # Ports

    def _add_port(self, chain: str) -> PtyPort:
        port = PtyPort(self._bench.chains[chain])
        self._ports[port] = chain
        self._selector.register(port, selectors.EVENT_READ, self._receive_bytes)
        return port

    def _receive_bytes(self, port: PtyPort) -> None:
        self._bytes_s = time.monotonic()
        if port in self._ports and not port.receive(self._bytes_s):
            self._remove_port(port)

    def _remove_port(self, port: PtyPort) -> None:
        if self._ports.pop(port, None) is not None:
            self._selector.unregister(port)
            port.close()

    # Requests

    def _answer(self, client: Client, request: Request) -> Answer:
        handler = self._requests.get(str(request.get("do")))
        if handler is None:
            raise UnknownChoice(kind=str(request.get("do")), known=", ".join(self._requests))
        return handler(client, request)

    def _end_lease(self, client: Client) -> None:
        for port in client.ports:
            if port in self._ports:
                port.release()
        for camera in client.cameras:
            self._leave_camera(camera)

    def _open_chain(self, client: Client, request: Request) -> Answer:
        name = str(request.get("chain"))
        address = f"sim://{self._places.bench}/{name}"
        chain = self._bench.chains.get(name)
        if chain is None or chain.faults.adapter_gone:
            raise PortNotFound(port=address)
        if name in self._bench.denied_ports:
            raise PortPermissionDenied(port=address)
        port = self._add_port(name)
        client.ports.append(port)
        return {"path": port.path}

    def _open_camera(self, client: Client, request: Request) -> Answer:
        camera = str(request.get("camera"))
        if camera not in CAMERAS or camera in self._bench.missing_cameras:
            raise CameraNotFound(camera=camera, address=f"sim://{self._places.bench}/{camera}")
        ring = self._pictures.open(camera)
        client.cameras.append(camera)
        self._frame_due_s.setdefault(camera, time.monotonic() + 1 / FPS)
        self._request_frame(camera)
        return {"ring": str(ring.path)}

    def _leave_camera(self, camera: str) -> None:
        self._pictures.leave(camera)
        if camera not in self._pictures.open_cameras:
            del self._frame_due_s[camera]

    def _command(self, client: Client, request: Request) -> Answer:
        name, arguments = str(request.get("name")), dict(request.get("arguments") or {})
        if name == "step" and self._stepped:
            self._bench.advance(step_seconds(arguments))
            for camera in self._frame_due_s:
                self._request_frame(camera)
            return {"answer": {"now_s": self._bench.now_s}}
        return {"answer": self._bench.command(name, **arguments)}

    def _end(self, client: Client, request: Request) -> Answer:
        self._ending = True
        return {}

    def _look_for_end(self, stream: IO[bytes]) -> None:
        if not stream.read1(4096):  # type: ignore[attr-defined]  # buffered, as standard input is
            self._ending = True

    # The end

    def _close(self) -> None:
        self._control.close()
        for port in list(self._ports):
            self._remove_port(port)
        self._pictures.close()
        self._selector.close()
        write_json(self._places.state, self._bench.snapshot())
        self._bench.close()
