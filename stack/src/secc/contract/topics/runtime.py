"""The life of our own daemons.

Every daemon publishes its state under its own name and leaves `lost` as last will, so that its death shows.
Beyond the guide, which has no such topic.
"""

from __future__ import annotations

from secc.contract.enums import DaemonState
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Word

DAEMON_STATE = Topic(
    "TOPIC_DAEMON_STATE", "secc/<daemon>/state", Word(DaemonState), Direction.SUBSCRIBE, "secc", True,
    "beyond the guide",
    "starting, running, stopped, or lost when the connection broke (last will).",
)  # fmt: skip
