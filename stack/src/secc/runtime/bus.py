"""The broker as a daemon sees it: MQTT 3.1.1, QoS 0, through paho-mqtt driven by the daemon's own loop.

No thread and no blocking call: a broker that is dead, full or far away costs the power path nothing. What is
retained is remembered and published again, in order, after every reconnect; what is not is dropped while the
broker is away, and counted. A payload that does not decode is logged once a minute and never delivered. Guide
§15.1.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from secc.contract.topics.row import Topic
from secc.contract.values import PayloadError, shown
from secc.runtime.broker import Broker, connect
from secc.runtime.link import Link
from secc.runtime.logs import Seldom
from secc.runtime.routing import Routes, filters, outgoing

T = TypeVar("T")

KEEPALIVE_S = 30
CONNECT_LIMIT_S = 3.0
CONNACK_LIMIT_S = 3.0
BACKOFF_FIRST_S = 0.1
BACKOFF_LAST_S = 1.0
BACKLOG_LIMIT = 2000
_MISC_S = 1.0


class MqttBus:
    """Bus on a real broker. Build it inside the loop, `start()` it, and `await close()` it.

    `dropped` counts messages that nobody will hear: not retained and the broker away, or not encodable.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, broker: Broker, daemon: str) -> None:
        self.dropped = 0
        self.connections = 0
        self._loop = loop
        self._broker = broker
        self._log = logging.getLogger(f"secc.{daemon}.bus")
        self._seldom = Seldom(self._log)
        self._routes = Routes()
        self._retained: dict[str, bytes] = {}
        self._will: str | None = None
        self._inbox: deque[MQTTMessage] = deque()
        self._connected = False
        self._closed = False
        self._link: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()
        self._answered = asyncio.Event()
        self._misc: asyncio.TimerHandle | None = None
        self._client = self._new_client(f"secc-{daemon}-{os.getpid()}")

    @property
    def connected(self) -> bool:
        """True from the broker's consent until the connection is lost."""
        return self._connected

    def will(self, topic: Topic[T], value: T, *params: str) -> None:
        """What the broker publishes, retained, if this daemon vanishes. To be called before `start()`."""
        self._will = topic.at(*params)
        self._client.will_set(self._will, topic.encode(value), qos=0, retain=True)

    def start(self) -> None:
        """Begin to connect; returns at once, and the bus keeps trying for good."""
        self._link = self._loop.create_task(self._stay_connected())
        self._link.add_done_callback(self._on_link_ended)
        self._misc = self._loop.call_later(_MISC_S, self._look_after)

    async def close(self, limit_s: float = 1.0) -> None:
        """Say goodbye, so that the will is not published: sends what is queued, for `limit_s` at the most."""
        self._closed = True
        if self._misc is not None:
            self._misc.cancel()
        self._gone.clear()
        if self._connected and self._client.disconnect() == MQTTErrorCode.MQTT_ERR_SUCCESS:
            try:
                await asyncio.wait_for(self._gone.wait(), limit_s)
            except TimeoutError:
                self._log.warning("the broker did not take the last messages")
        if self._link is not None:
            self._link.cancel()
            await asyncio.wait([self._link])
        self._client.drop()

    # Bus

    def publish(self, topic: Topic[T], value: T, *params: str) -> None:
        """Publish at once if connected. A value that the topic cannot carry is logged and dropped: it must
        not end a charge, and the tests run on a bus that raises."""
        try:
            messages = list(outgoing(topic, value, params))
        except (PayloadError, ValueError) as error:
            self.dropped += 1
            self._seldom.log(logging.ERROR, topic.topic, "not published: %s", error)
            return
        for name, payload in messages:
            if topic.retain:
                # Taken out first: the order of the republication is that of the last publications.
                self._retained.pop(name, None)
                self._retained[name] = payload
            if self._connected:
                self._client.publish(name, payload, qos=0, retain=topic.retain)
            elif not topic.retain:
                self.dropped += 1
        if self._client.backlog() > BACKLOG_LIMIT:
            self._lose("takes nothing any more")

    def subscribe(self, topic: Topic[T], received: Callable[[T, tuple[str, ...]], None]) -> None:
        """Hear every valid payload of the topic, now and after every reconnect."""
        if self._routes.add(topic, received) and self._connected:
            self._client.subscribe([(name, 0) for name in filters(topic)])

    def resubscribe(self, topic: Topic[Any]) -> None:
        """Have what is retained delivered once more. Subscribing anew does that without a gap in between
        (MQTT 3.1.1, 3.8.4-3); after a reconnect it happens anyway."""
        if self._connected:
            self._client.subscribe([(name, 0) for name in filters(topic)])

    # connection

    async def _stay_connected(self) -> None:
        wait_s = BACKOFF_FIRST_S
        while not self._closed:
            self._gone.clear()
            if await self._attempt():
                wait_s = BACKOFF_FIRST_S
                await self._gone.wait()
            # Between 3/4 and all of it, so that the daemons of one device do not come all at once.
            await asyncio.sleep(wait_s * (0.75 + os.urandom(1)[0] / 1020))
            wait_s = min(wait_s * 2, BACKOFF_LAST_S)

    async def _attempt(self) -> bool:
        """One attempt to connect; True once the broker has agreed."""
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                sock = await connect(self._loop, self._broker)
        except OSError as error:
            reason = "no answer" if isinstance(error, TimeoutError) else os.strerror(error.errno or 0)
            self._seldom.log(logging.WARNING, "connect", "no broker at %s: %s", self._broker, reason)
            return False
        self._answered.clear()
        self._client.adopt(sock)
        try:
            await asyncio.wait_for(self._answered.wait(), CONNACK_LIMIT_S)
        except TimeoutError:
            self._seldom.log(logging.WARNING, "connack", "%s takes the connection but says nothing", self._broker)
            self._client.drop()
        return self._connected

    def _on_link_ended(self, link: asyncio.Task[None]) -> None:
        """Nobody awaits the task before the end; what ends it too early must end the process."""
        error = None if link.cancelled() else link.exception()
        if error is not None:
            self._loop.call_exception_handler({"message": "connecting to the broker", "exception": error})

    def _lose(self, reason: str) -> None:
        """Give up a connection that is of no use; the next attempt follows at once."""
        self._log.warning("broker %s %s: connecting anew", self._broker, reason)
        self._client.drop()
        self._on_lost()

    def _on_lost(self) -> None:
        self._connected = False
        self._answered.set()
        self._gone.set()

    def _look_after(self) -> None:
        self._misc = self._loop.call_later(_MISC_S, self._look_after)
        self._client.loop_misc()

    # paho's callbacks

    def _new_client(self, client_id: str) -> Link:
        client = Link(CallbackAPIVersion.VERSION2, client_id, clean_session=True, reconnect_on_failure=False)
        client.connect_async("broker", keepalive=KEEPALIVE_S)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_open = lambda _c, _u, sock: self._loop.add_reader(sock, self._on_readable)
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = lambda _c, _u, sock: self._loop.add_writer(sock, client.loop_write)
        client.on_socket_unregister_write = self._on_written
        return client

    def _on_socket_close(self, _client: Client, _userdata: Any, sock: Any) -> None:
        self._loop.remove_reader(sock)

    def _on_written(self, _client: Client, _userdata: Any, sock: Any) -> None:
        self._loop.remove_writer(sock)

    def _on_connect(
        self, client: Client, _userdata: Any, _flags: ConnectFlags, reason: ReasonCode, _p: Properties | None
    ) -> None:
        if reason.is_failure:
            self._seldom.log(logging.ERROR, "refused", "%s refuses the connection: %s", self._broker, reason)
            return
        self._connected = True
        self.connections += 1
        # The topic of the will says that we are there. It comes last: whoever sees it will be heard by us.
        before = {name: payload for name, payload in self._retained.items() if name != self._will}
        for name, payload in before.items():
            client.publish(name, payload, qos=0, retain=True)
        names = self._routes.filters()
        if names:
            client.subscribe([(name, 0) for name in names])
        if self._will is not None and self._will in self._retained:
            client.publish(self._will, self._retained[self._will], qos=0, retain=True)
        self._log.info("connected to %s", self._broker, extra={"fields": {"dropped": self.dropped}})
        self._answered.set()

    def _on_disconnect(
        self, _c: Client, _u: Any, _flags: DisconnectFlags, reason: ReasonCode, _p: Properties | None
    ) -> None:
        if self._connected and not self._closed:
            self._log.warning("lost the broker %s: %s", self._broker, reason)
        elif not self._closed:
            self._seldom.log(logging.WARNING, "handshake", "%s did not agree: %s", self._broker, reason)
        self._on_lost()

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        self._inbox.append(message)

    def _on_readable(self) -> None:
        """One packet a turn, so that a flood leaves room for everything else in the loop."""
        self._client.loop_read()
        # Outside of paho's callback: what a subscriber raises must end the process, and reach it undisguised.
        while self._inbox:
            message = self._inbox.popleft()
            try:
                name = message.topic
            except UnicodeDecodeError:
                continue
            for row, error in self._routes.deliver(name, bytes(message.payload)):
                self._seldom.log(logging.WARNING, row.topic, "refused a payload on %s: %s", shown(name, 120), error)
