"""A process that holds an arm as a session does: ``stand_in_session.py '{"port": …}'``.

It says in JSON lines where its lifeline is and what the guard did to its arm. Its standard
input gives it words: ``disarm``, ``obey`` and ``end``.
"""

import json
import os
import select
import sys
import time
from pathlib import Path

from lerobot_core.workers.guarding import create_lifeline, start_guard
from lerobot_core.workers.lifeline import StopRequest

BEAT_S = 0.02


def say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main(settings: dict[str, object]) -> None:
    port = os.open(Path(str(settings["port"])), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    plan = [bus | {"descriptor": port} for bus in settings["plan"]]
    lifeline = create_lifeline()
    guarding = start_guard(plan, str(settings["on_silence"]), lifeline, int(settings["app_pid"]))
    if settings["armed"]:
        guarding.arm()
    say(lifeline=str(lifeline.path), guard=lifeline.guard_pid)
    words = b""
    obeys = False
    while b"end" not in words:
        guarding.beat()
        if guarding.has_acted():
            say(acted=guarding.accept().name)
        request, kind = lifeline.pending_request()
        if obeys and kind is not StopRequest.NONE:
            lifeline.acknowledged = request
            say(obeyed=kind.name)
        if select.select([0], [], [], BEAT_S)[0]:
            words = os.read(0, 4096)
            obeys = obeys or b"obey" in words
            if b"disarm" in words:
                guarding.disarm()
                say(disarmed=True)
    guarding.stop()
    say(state=guarding.state.name, time=time.monotonic())
    lifeline.remove()
    os.close(port)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
