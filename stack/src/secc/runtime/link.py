"""paho-mqtt's client, fed with sockets that the loop has connected, and bounded in memory.

This is the only place that knows an inner part of paho: `_create_socket`, `_in_packet`, `_out_packet`,
`_sock_recv` and `_sock_close`. A test says so if a new version changes one of them. It decides nothing about
topics. Guide §15.1.
"""

from __future__ import annotations

import socket
from typing import Any

from paho.mqtt.client import Client

from secc.contract.values import MAX_PAYLOAD_BYTES

# Packet head, longest topic, and enough of the payload for the row to see that it is too long.
KEEP_BYTES = MAX_PAYLOAD_BYTES + 65535 + 16
_CHUNK = 16384


class Link(Client):
    """A client that never connects by itself: `adopt` gives it a connected socket."""

    _in_packet: Any
    _ready: socket.socket | None = None

    def adopt(self, sock: socket.socket) -> None:
        """Start a session on this connected, non-blocking socket, and own it from now on."""
        self._ready = sock
        self.reconnect()

    def drop(self) -> None:
        """Close the connection, if there is one, without a word to the broker (which publishes the will)."""
        self._sock_close()
        self._out_packet.clear()

    def backlog(self) -> int:
        """How many packets wait for the socket to take them."""
        return len(self._out_packet)

    def _create_socket(self) -> socket.socket:
        sock, self._ready = self._ready, None
        if sock is None:
            raise ConnectionError("no socket was handed over")
        return sock

    def _sock_recv(self, bufsize: int) -> bytes:
        """Keep no more of a giant packet than it takes to refuse it; a broker may pass on 256 MiB."""
        if self._in_packet["remaining_length"] > KEEP_BYTES:
            del self._in_packet["packet"][KEEP_BYTES:]
        received: bytes = super()._sock_recv(min(bufsize, _CHUNK))
        return received
