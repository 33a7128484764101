"""Firmware update over MQTT: what to install, how it goes, how it ended.

The other targets are latched when the URL arrives, so the URL goes last. No target is retained: a retained
URL would begin the update anew after every reboot, and it may hold a password. Guide §11.5.
"""

from __future__ import annotations

from secc.contract.enums import FirmwareResult, FirmwareState
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Integer, OptionalInteger, Text, Word

_PUB = Direction.PUBLISH
_SUB = Direction.SUBSCRIBE
_11_5 = "§11.5"

TARGET_URL = Topic(
    "TOPIC_FIRMWARE_UPDATE_TARGET_URL", "firmware/update/target/url", Text(2048), _PUB, "customer", False,
    _11_5,
    "Where to fetch the image; starts the update. A URL that ends with .raucb is a casync bundle.",
)  # fmt: skip
TARGET_MAX_TRIALS = Topic(
    "TOPIC_FIRMWARE_UPDATE_TARGET_MAX_TRIALS", "firmware/update/target/max_trials", OptionalInteger(), _PUB,
    "customer", False, _11_5,
    "How often the download is tried; below 1 or empty counts as 1.",
)  # fmt: skip
TARGET_INTERVAL = Topic(
    "TOPIC_FIRMWARE_UPDATE_TARGET_INTERVAL", "firmware/update/target/interval", OptionalInteger(), _PUB,
    "customer", False, _11_5,
    "How long to wait between two trials; below 0 or empty counts as 0.", unit="s",
)  # fmt: skip
STATE_ACTUAL = Topic(
    "TOPIC_FIRMWARE_UPDATE_STATE_ACTUAL", "firmware/update/state/actual", Word(FirmwareState), _SUB,
    "fwupdated", True, _11_5,
    "What the update does now; idle after a boot.",
)  # fmt: skip
STATE_PROGRESS = Topic(
    "TOPIC_FIRMWARE_UPDATE_STATE_PROGRESS", "firmware/update/state/progress", Integer(0, 100), _SUB,
    "fwupdated", True, _11_5,
    "Estimated progress of the operation that runs; for display only.", unit="%",
)  # fmt: skip
RESULT_STATE = Topic(
    "TOPIC_FIRMWARE_UPDATE_RESULT_STATE", "firmware/update/result/state", Word(FirmwareResult), _SUB,
    "fwupdated", True, _11_5,
    "How the last update ended; empty while there was none since the boot.",
)  # fmt: skip
RESULT_MESSAGE = Topic(
    "TOPIC_FIRMWARE_UPDATE_RESULT_MESSAGE", "firmware/update/result/message", Text(1024), _SUB, "fwupdated",
    True, _11_5,
    "Why the last trial failed, in English, without credentials; empty when it did not.",
)  # fmt: skip
