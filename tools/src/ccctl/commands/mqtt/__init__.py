"""`ccctl mqtt`: what goes over the broker, seen through the topic catalogue (guide §15)."""

from __future__ import annotations

from ccctl.services.frame import LazyGroup

command = LazyGroup(
    "mqtt",
    __name__,
    help="Look at, send, record and replay MQTT messages.",
    examples=["ccctl mqtt topics cp", "ccctl mqtt watch 'port0/ci/#'", "ccctl mqtt record night.jsonl"],
)
