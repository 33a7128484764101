"""An MQTT broker for the laptop: `python -m secc.sim.broker --port N`, where no mosquitto is installed.

It is amqtt, set up as the device's broker is towards its own daemons: anonymous, retained messages, on the
loopback interface unless told otherwise. It stores nothing and ends in order on TERM or INT. Never used on
a device. Guide §15.1.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import warnings
from collections.abc import Sequence
from typing import Any

EXIT_USAGE = 64
EXIT_UNAVAILABLE = 69


def configuration(bind: str, port: int) -> dict[str, Any]:
    """amqtt's configuration: one listener, everybody welcome, no $SYS topics, no log of events."""
    host = f"[{bind}]" if ":" in bind else bind
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"{host}:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }


def quiet() -> None:
    """What amqtt has to say about its own inside is not for the people who run a simulation."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


async def serve(bind: str, port: int) -> int:
    """Listen until TERM or INT; the exit code. "ready" on stdout says that it listens."""
    from amqtt.errors import BrokerError

    from secc.sim.mended_broker import MendedBroker

    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    broker = MendedBroker(configuration(bind, port), loop)
    try:
        await broker.start()
    except BrokerError as error:
        cause = error.__cause__ or error
        sys.stderr.write(f"broker: cannot listen at {bind}:{port}: {cause}; choose another --port\n")
        return EXIT_UNAVAILABLE
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await ended.wait()
    await broker.shutdown()
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the broker; exit code 0 after TERM or INT, 64 for wrong arguments, 69 if it cannot listen."""
    parser = argparse.ArgumentParser(prog="python -m secc.sim.broker", description="A small MQTT broker.")
    parser.add_argument("--port", type=int, required=True, help="TCP port")
    parser.add_argument("--bind", default="127.0.0.1", help="address to listen at (default: loopback only)")
    options = parser.parse_args(argv)
    if not 0 < options.port < 65536:
        sys.stderr.write(f"broker: --port {options.port}: a port from 1 to 65535\n")
        return EXIT_USAGE
    quiet()
    return asyncio.run(serve(options.bind, options.port))


if __name__ == "__main__":
    sys.exit(main())
