"""Configurations as the guide prints them, and the way from a path of the guide to its schema entry."""

from __future__ import annotations

from typing import Any

from secc.contract import config
from secc.contract.jsonc import parse_path

NOTHING = object()


def entry(kind: str, path: str) -> dict[str, Any]:
    """The schema entry of a path such as ports[0]/rcd_monitor/gpio, $ref resolved; KeyError if there is none."""
    document = config.schema(kind)
    node: dict[str, Any] = document
    for part in parse_path(path.replace("[]", "[0]")):
        if isinstance(part, int):
            node = node["items"]
        elif "properties" in node:
            node = node["properties"][part]
        else:
            node = node["additionalProperties"]
        while "$ref" in node:
            own = {k: v for k, v in node.items() if k != "$ref"}
            node = {**document["$defs"][node["$ref"].removeprefix("#/$defs/")], **own}
    return node


def port(**keys: object) -> dict[str, Any]:
    return {"ports": [keys]}


# Every example that the guide prints, by place.
GUIDE: dict[str, dict[str, Any]] = {
    "table 2": {"ocpp": {"WebSocketPingInterval": 60, "webSocketPingTimeout": 120}},
    "table 9": {"ocpp": {"csDataTransfers": [{"vendorId": "com.vendor", "messageId": "fooBar", "confirmTimeout": 60}]}},
    "table 9, messageId is optional": {"ocpp": {"csDataTransfers": [{"vendorId": "com.vendor"}]}},
    "table 47, spelling rzd_monitor": port(
        rzd_monitor={"enable": True, "gpio": 122, "polarity": "active_low", "test_gpio": -1}
    ),
    "table 47, serial ports": port(
        meter={"enable": True, "port": "/dev/ttymx0"},
        rfid={"port": "/dev/ttymx4"},
        recloser={"port": "/dev/ttymxc4"},
    ),
    "table 47, eastron model": port(meter={"enable": True, "protocol": "eastron,sdm72dm-v2", "address": 247}),
    "table 47, remote_ports": port(rfid={"remote_ports": [{"uri": "mqtt://192.168.0.1:9001"}]}),
    "table 47, remote_ports without uri": port(rfid={"remote_ports": [{}]}),
    "table 47, more than three remote_ports": port(rfid={"remote_ports": [{}, {}, {}, {}, {}]}),
    "table 48, evse_id": port(evse_id="DE*INT* ECH 1234567890"),
    "table 48, longest evse_id": port(evse_id="D" * 37),
    "table 48, MyCar": {
        "fake_highlevel_dc_vendors": {
            "MyCar": {
                "oui": ["98:ED:5C", "4C:FC:AA", "54:F8:F0", "0C:29:8F", "DC:44:27:1"],
                "hlc_terminates_after": "SoC",
                "switch_method": 1,
            }
        }
    },
    "table 48, whole MAC address": {"fake_highlevel_dc_vendors": {"MyCar": {"oui": ["00:12:34:56:78:9A"]}}},
    "table 48, measurands": {"ocpp": {"MeterValuesSampledData": ["Energy.Active.Import.Register", "Power.Offered"]}},
    "§3.3.6": {"ocpp": {"StopTxnSampledData": ["Voltage.L1-N", "Current.Import.L1", "Power.Active.Import.L1"]}},
    "§3.3.6, offered": {"ocpp": {"MeterValuesAlignedData": ["Current.Offered.L1", "Frequency", "Current.Import"]}},
    "table 51, static": {
        "network": {
            "ipv4": {
                "dhcp": False,
                "address": "192.168.178.2/24",
                "gateway": "192.168.178.254",
                "dns": ["192.168.178.254", "192.168.178.253"],
            },
            "ntp": ["ntp.example.com", "192.168.178.254"],
        }
    },
    "table 51, skip": {"network": {"skip_configuration": True}},
    "table 56": {"uplink": {"apn_name": "internet", "apn_username": None, "apn_password": None}},
    "table 56, nothing": {"uplink": {"apn_name": ""}},
    "§14.2.1, no uplink": {"uplink": None},
    "table 72, Western Automation RCM14-01": port(
        rcd_monitor={"test_trigger_time": 815, "test_check_tripped_time": 810, "test_check_normal_time": 410}
    ),
    "table 72, Bender RCD-121": port(
        rcd_monitor={"test_trigger_time": 50, "test_check_tripped_time": 750, "test_check_normal_time": 2000}
    ),
    "table 76": {
        "ocpp": {
            "enable": True,
            "uri": "wss://example.com/cp",
            "rfidStopTransaction": False,
            "rfidRequiresEvPresent": True,
        },
        "ports": [
            {
                "user_authentication": "ocpp",
                "meter": {"enable": True},
                "rfid": {
                    "enable": True,
                    "protocol": "Stronglink",
                    "remote_ports": [{"uri": "mqtt://192.168.1.5"}],
                },
            }
        ],
    },
    "table 77": {
        "ocpp": {
            "enable": True,
            "uri": "wss://example.com/cp",
            "rfidStopTransaction": False,
            "rfidRequiresEvPresent": True,
        },
        "ports": [
            {
                "user_authentication": "ocpp",
                "meter": {"enable": True},
                "rfid": {"enable": True, "protocol": "mqtt"},
            }
        ],
    },
    "table 79": port(ventilation={"enable": True, "control": "external"}),
    "table 82": port(switch3to1phase={"enable": True, "feedback_type": "nc", "switch_delay": 300}),
    "§15.21": port(charging_type="basic+fake_highlevel_dc", user_authentication="mqtt"),
    "table 6, hex": {"ocpp": {"calibrationLawFormat": "ocmf,hex"}},
    "an empty file": {},
}
