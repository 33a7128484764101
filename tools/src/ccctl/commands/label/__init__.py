"""`ccctl label`: the text of a device's DataMatrix code, read and made (guide §17)."""

from __future__ import annotations

from ccctl.services.frame import LazyGroup

command = LazyGroup(
    "label",
    __name__,
    help="Read and make the text of a device label.",
    examples=["ccctl label parse 'I2CCSC-A00-204 000187123456 000187123457 000187123458 0000012345 3118'"],
)
