"""What keeps the machine busy while evsed is measured: CPU hogs, a storm of disk syncs, a load management on MQTT.

Each is a process of its own that ends with a signal, and by itself after the time it is given. At its end it says in
one line of JSON how much it did, so that nobody takes an idle machine for a busy one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from bench.standstill import watch

BLOCK, FILE_BYTES = 64 << 10, 16 << 20
LIMIT_EVERY_S = 0.05
LIMITS_A = range(10, 32)


class Ended(BaseException):
    """The signal to end arrived. No Exception, because paho swallows those."""


def _end(_number: int, _frame: object) -> NoReturn:
    raise Ended


def hog(done: dict[str, int]) -> NoReturn:
    """Use a CPU."""
    while True:
        for _ in range(100_000):
            pass
        done["rounds"] += 1


def storm(done: dict[str, int], folder: str) -> NoReturn:
    """Write and sync, over and over in a file of 16 MiB."""
    block = os.urandom(BLOCK)
    path = Path(folder) / f"storm-{os.getpid()}"
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            for offset in range(0, FILE_BYTES, BLOCK):
                os.pwrite(file, block, offset)
                os.fsync(file)
                done["syncs"] += 1
    finally:
        os.close(file)
        path.unlink()


def traffic(done: dict[str, int], port: str) -> NoReturn:
    """Change a dynamic limit 20 times a second, and count the answers of evsed."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    from secc.contract.topics.limits import DYN_CURRENT_LIMIT, OFFERED_CURRENT_LIMIT

    def heard(*_: Any) -> None:
        done["answers"] += 1

    client = Client(CallbackAPIVersion.VERSION2, f"bench-traffic-{os.getpid()}")
    client.on_message = heard
    client.connect("127.0.0.1", int(port))
    client.subscribe(OFFERED_CURRENT_LIMIT.at())
    topic, due = DYN_CURRENT_LIMIT.at("bench"), time.monotonic()
    while True:
        client.loop(max(0.001, due - time.monotonic()))
        if time.monotonic() >= due:
            due += LIMIT_EVERY_S
            client.publish(topic, str(LIMITS_A[done["limits"] % len(LIMITS_A)]))
            done["limits"] += 1


PROGRAMS: dict[str, tuple[Any, dict[str, Any]]] = {
    "hog": (hog, {"rounds": 0}),
    "storm": (storm, {"syncs": 0}),
    "traffic": (traffic, {"limits": 0, "answers": 0}),
    "watch": (watch, {}),
}


def main() -> None:
    """`python -m bench.load SECONDS hog|storm FOLDER|traffic PORT|watch CPU`."""
    seconds, name, *arguments = sys.argv[1:]
    program, done = PROGRAMS[name]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, _end)
    signal.alarm(int(seconds))
    try:
        program(done, *arguments)
    except Ended:
        sys.stdout.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    main()
