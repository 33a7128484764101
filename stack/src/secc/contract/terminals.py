"""The terminals of the board by the GPIO numbers of the configuration files: digital inputs and digital outputs.

Data alone. Names are those of ports.Station and of boards/*.toml. Lines that no function uses are never named to the
hardware, so they stay free for the customer's own software. Guide §7.9, tables 26 and 28.
"""

from __future__ import annotations

INPUTS = {
    121: "digital_in_1",
    122: "digital_in_2",
    124: "digital_in_3",
    123: "digital_in_4",
    116: "digital_in_5",
    119: "digital_in_6",
}

OUTPUTS = {
    84: "digital_out_1",
    85: "digital_out_2",
    86: "digital_out_3",
    87: "digital_out_4",
    88: "digital_out_5",
    89: "digital_out_6",
}

KEY_SWITCH_GPIO = 124
"""The key switch has its terminal, DIG_IN_3, and is active high (table 26)."""
