"""A real broker on loopback, an independent MQTT client, and waiting on conditions, for tests of several folders.

The broker is mosquitto without persistence; where it is not installed the embedded broker stands in. Everything that
is started here is ended here, by its own process id.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
EMBEDDED = sys.executable if find_spec("amqtt") is not None else None


def unused_port() -> int:
    """A TCP port of loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Broker:
    """A broker on loopback that can be killed and started anew on the same port."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.host = "127.0.0.1"
        self.is_mosquitto = MOSQUITTO is not None
        self.unix_path = folder / "mqtt.sock"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        with (self._folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        limit = time.monotonic() + 10
        while True:
            with socket.socket() as probe:
                if probe.connect_ex((self.host, self.port)) == 0:
                    return
            if self._process.poll() is not None or time.monotonic() > limit:
                self.kill()
                raise RuntimeError((self._folder / "broker.log").read_text())
            time.sleep(0.01)

    def kill(self) -> None:
        """As a crash would: no goodbye to anybody."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Hang: connections stay open, nothing is read any more."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _command(self) -> list[str]:
        config = self._folder / "broker.conf"
        if MOSQUITTO is not None:
            config.write_text(
                f"listener {self.port} 127.0.0.1\nlistener 0 {self.unix_path}\n"
                "allow_anonymous true\npersistence false\nmax_queued_messages 100000\nset_tcp_nodelay true\n"
                + ("user root\n" if os.geteuid() == 0 else "")
            )
            return [MOSQUITTO, "-c", str(config)]
        assert EMBEDDED is not None
        return [EMBEDDED, "-m", "secc.sim.broker", "--port", str(self.port)]


class Observer:
    """Somebody beside the stack: plain paho, on the loop of the test. `messages` are (topic, payload, retained)."""

    def __init__(self, port: int, topic_filter: str = "#", client_id: str = "") -> None:
        self.messages: list[tuple[str, str, bool]] = []
        self.subscribed = False
        loop = asyncio.get_running_loop()
        self._client = client = Client(CallbackAPIVersion.VERSION2, client_id)
        client.on_message = self._on_message
        client.on_connect = lambda c, *_: c.subscribe(topic_filter)
        client.on_subscribe = self._on_subscribe
        client.on_socket_open = lambda _c, _u, sock: loop.add_reader(sock, client.loop_read)
        client.on_socket_close = lambda _c, _u, sock: (loop.remove_reader(sock), None)[1]
        client.on_socket_register_write = lambda _c, _u, sock: loop.add_writer(sock, client.loop_write)
        client.on_socket_unregister_write = lambda _c, _u, sock: (loop.remove_writer(sock), None)[1]
        client.connect("127.0.0.1", port)

    def topics(self) -> list[str]:
        return [topic for topic, _, _ in self.messages]

    def last(self, topic: str) -> str | None:
        return next((payload for name, payload, _ in reversed(self.messages) if name == topic), None)

    def publish(self, topic: str, payload: str | bytes, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos=0, retain=retain)

    async def close(self) -> None:
        self._client.disconnect()
        while self._client.socket() is not None:
            await asyncio.sleep(0)

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        self.messages.append((message.topic, message.payload.decode("utf-8", "replace"), message.retain))

    def _on_subscribe(self, *_: Any) -> None:
        self.subscribed = True


async def wait_until(condition: Callable[[], object], limit_s: float = 5.0) -> float:
    """Let the loop run until the condition holds; how many seconds that took. TimeoutError after the limit."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > limit_s:
            raise TimeoutError(f"not within {limit_s} s")
        await asyncio.sleep(0.002)
    return time.monotonic() - start
