"""Reaching a bench from another process. Cheap to import; starts the bench if it does not run."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any

import lerobot_core
from lerobot_core.errors import ERRORS, BenchUnavailable, CameraNotFound, PortNotFound
from lerobot_core.logs import log_folder
from lerobot_core.paths import safe_name
from lerobot_core.serial.link import SerialLink
from lerobot_core.sim.places import DEFAULT_BENCH, BenchPlaces

_START_TIMEOUT_S = 30.0  # loading MuJoCo from a cold disk takes seconds
_ANSWER_TIMEOUT_S = 10.0
_SCHEME = "sim://"


class BenchClient:
    """One connection to a bench, made on first use. It keeps the bench running while open."""

    def __init__(self, bench: str = DEFAULT_BENCH, *, stepped: bool = False) -> None:
        self.bench = bench
        self._stepped = stepped
        self._connection: socket.socket | None = None
        self._received = b""
        self._lock = Lock()

    def command(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Ask the bench for something: see ``commands.COMMANDS``, and ``step``.

        Raises:
            BenchUnavailable: it does not start, or does not answer.
            UnknownChoice, SettingInvalid: it does not know what is meant.
        """
        answer = self.request({"do": "command", "name": name, "arguments": arguments})
        return dict(answer["answer"])

    def request(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one line and wait for its answer. Raises what the bench reports."""
        with self._lock:
            try:
                answer = self._exchange(request)
            except (OSError, ValueError) as error:
                self._disconnect()
                raise BenchUnavailable(bench=self.bench, reason=_reason(error)) from error
        if not answer.get("ok"):
            raise ERRORS[answer["code"]](**answer["facts"])
        return answer

    def end_bench(self) -> None:
        """Let the bench save itself and end, whoever else uses it."""
        self.request({"do": "end"})
        self.close()

    def close(self) -> None:
        with self._lock:
            self._disconnect()

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._connection is None:
            self._connection = _connect(self.bench, self._stepped)
        try:
            return self._ask(self._connection, request)
        except ConnectionError:
            # It ended for want of clients while this one came in. The next one has not.
            self._disconnect()
            self._connection = _connect(self.bench, self._stepped)
            return self._ask(self._connection, request)

    def _ask(self, connection: socket.socket, request: dict[str, Any]) -> dict[str, Any]:
        connection.sendall(json.dumps(request).encode() + b"\n")
        while b"\n" not in self._received:
            data = connection.recv(65536)
            if not data:
                raise ConnectionResetError("the bench has ended")
            self._received += data
        line, _, self._received = self._received.partition(b"\n")
        answer = json.loads(line)
        if not isinstance(answer, dict):
            raise ValueError("the answer is no JSON object")
        return answer

    def _disconnect(self) -> None:
        connection, self._connection, self._received = self._connection, None, b""
        if connection is not None:
            connection.close()


class LeasedLink:
    """A chain's port, with the connection that keeps it."""

    def __init__(self, port: SerialLink, lease: BenchClient) -> None:
        self._port = port
        self._lease = lease

    @property
    def address(self) -> str:
        return self._port.address

    @property
    def baudrate(self) -> int:
        return self._port.baudrate

    def set_baudrate(self, baudrate: int) -> None:
        self._port.set_baudrate(baudrate)

    def write(self, data: bytes) -> None:
        self._port.write(data)

    def read(self, size: int, timeout_s: float) -> bytes:
        return self._port.read(size, timeout_s)

    def discard_input(self) -> None:
        self._port.discard_input()

    def fileno(self) -> int:
        return self._port.fileno()

    def close(self) -> None:
        self._port.close()
        self._lease.close()


def open_link(address: str, baudrate: int) -> SerialLink:
    """Open ``sim://<bench>/<chain>``.

    Raises:
        PortNotFound: the bench has no such chain, or its adapter is unplugged.
        PortPermissionDenied: the bench was told to refuse.
        BenchUnavailable: there is no bench to be had.
    """
    from lerobot_core.serial.port import open_port  # loads pyserial

    bench, chain = _parts(address)
    if not chain:
        raise PortNotFound(port=address)
    lease = BenchClient(bench)
    try:
        answer = lease.request({"do": "open_chain", "chain": chain})
        port = open_port(str(answer["path"]), baudrate)
    except BaseException:
        lease.close()
        raise
    port.address = address  # errors are to name what the operator knows
    return LeasedLink(port, lease)


def open_camera(address: str) -> tuple[Path, BenchClient]:
    """Have ``sim://<bench>/<camera>`` rendered. Returns its ring, and a lease to be closed.

    Raises:
        CameraNotFound: the bench has no such camera.
        BenchUnavailable: there is no bench to be had.
    """
    bench, camera = _parts(address)
    if not camera:
        raise CameraNotFound(camera=camera, address=address)
    lease = BenchClient(bench)
    try:
        answer = lease.request({"do": "open_camera", "camera": camera})
    except BaseException:
        lease.close()
        raise
    return Path(answer["ring"]), lease


def _parts(address: str) -> tuple[str, str]:
    """Bench and device of an address; the device is empty if it is no address of a bench."""
    bench, _, device = address.removeprefix(_SCHEME).partition("/")
    return (bench or DEFAULT_BENCH, device) if address.startswith(_SCHEME) else (bench, "")


def _connect(bench: str, stepped: bool) -> socket.socket:
    path = BenchPlaces(bench).socket
    try:
        return _connection(path)
    except (FileNotFoundError, ConnectionRefusedError):
        _start(bench, stepped)
    return _connection(path)


def _connection(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(_ANSWER_TIMEOUT_S)
        connection.connect(str(path))
    except BaseException:
        connection.close()
        raise
    return connection


def _start(bench: str, stepped: bool) -> None:
    """Start the process, and wait until it serves."""
    command = [sys.executable, "-m", "lerobot_core.sim", "--bench", bench, "--detached"]
    command += ["--stepped"] if stepped else []
    try:
        started = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_environment(),
            timeout=_START_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchUnavailable(bench=bench, reason=_reason(error)) from error
    if started.returncode != 0:
        log_path = log_folder() / f"bench-{safe_name(bench)}.log"
        raise BenchUnavailable(bench=bench, reason=f"it ended at once (log: {log_path}).")


def _environment() -> dict[str, str]:
    """This process's environment, in which the bench finds the same code."""
    code = str(Path(lerobot_core.__file__).parent.parent)
    paths = [code, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.environ | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError | subprocess.TimeoutExpired):
        return "it did not answer in time."
    return f"{error}."
