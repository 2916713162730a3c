"""How clients talk to the process of a bench.

Clients speak lines of JSON over a Unix socket: ``{"do": "open_chain", "chain": …}``,
``{"do": "open_camera", "camera": …}``, ``{"do": "command", "name": …, "arguments": {…}}`` and
``{"do": "end"}``. Each is answered by ``{"ok": true, …}`` or ``{"ok": false, "code", "facts"}``.
What a connection opened is its lease, and ends with it.
"""

import json
import logging
import selectors
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lerobot_core.errors import SettingInvalid, WorkbenchError
from lerobot_core.sim.places import BenchPlaces
from lerobot_core.sim.ptys import PtyPort

log = logging.getLogger(__name__)

_LONGEST_LINE = 65536

Request = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass
class Client:
    """One connection and what it has open."""

    connection: socket.socket
    received: bytes = b""
    ports: list[PtyPort] = field(default_factory=list)
    cameras: list[str] = field(default_factory=list)


class ControlSocket:
    """Accepts clients, reads their lines and writes the answers, as a selector finds them ready.

    Args:
        selector: Whoever waits on it calls each key's data with the key's file object.
        answer: Does what a request asks; a WorkbenchError becomes the answer.
        ended: Is told that a client is gone.
    """

    def __init__(
        self,
        places: BenchPlaces,
        selector: selectors.BaseSelector,
        answer: Callable[[Client, Request], Answer],
        ended: Callable[[Client], None],
    ) -> None:
        self._places = places
        self._selector = selector
        self._do = answer
        self._ended = ended
        self._listener = _listen(places)
        self.clients: list[Client] = []
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def close(self) -> None:
        """No one can come any more, and everyone has to go."""
        self._places.socket.unlink(missing_ok=True)
        self._selector.unregister(self._listener)
        self._listener.close()
        for client in list(self.clients):
            self._forget(client)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.setblocking(False)
        client = Client(connection)
        self.clients.append(client)
        self._selector.register(
            connection, selectors.EVENT_READ, lambda _: self._receive_lines(client)
        )

    def _receive_lines(self, client: Client) -> None:
        try:
            data = client.connection.recv(4096)
        except OSError:
            data = b""
        client.received += data
        if not data or len(client.received) > _LONGEST_LINE:
            self._forget(client)
            return
        *lines, client.received = client.received.split(b"\n")
        try:
            for line in lines:
                answer = json.dumps(self._answer(client, line))
                client.connection.sendall(answer.encode() + b"\n")
        except OSError:  # it left without waiting for the answer
            self._forget(client)

    def _answer(self, client: Client, line: bytes) -> Answer:
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise SettingInvalid(setting="The request", reason="it is no JSON object")
            return {"ok": True} | self._do(client, request)
        except WorkbenchError as error:
            return {"ok": False, "code": error.code, "facts": error.facts}
        except (ValueError, TypeError) as error:
            wrong = SettingInvalid(setting="The request", reason=str(error))
            return {"ok": False, "code": wrong.code, "facts": wrong.facts}

    def _forget(self, client: Client) -> None:
        self.clients.remove(client)
        self._selector.unregister(client.connection)
        client.connection.close()
        self._ended(client)


def _listen(places: BenchPlaces) -> socket.socket:
    """The listening socket; remains of a bench that was killed go first."""
    for path in places.leftovers():
        log.info("%s was left by a bench that was killed", path)
        path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(places.socket))
    listener.listen()
    listener.setblocking(False)
    return listener
