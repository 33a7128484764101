"""The OCPP keys against table 6 of the guide, with decisions 7, 8 and 9 applied."""

from __future__ import annotations

from typing import Any

import pytest
from config_examples import entry

from secc.contract import config
from secc.contract.config import read_customer
from secc.contract.jsonc import format_path
from secc.contract.ocpp_keys import OCPP_KEYS, find
from secc.contract.ocpp_table import ocpp_table

IMM, BOOT, TX = "Immediately", "After reboot", "Next transaction"
RW, R = "R/W", "R"
ENERGY = ["Energy.Active.Import.Register"]
# key, access, default, applies, vendor specific
TABLE_6: list[tuple[str, str, Any, str, bool]] = [
    ("AllowOfflineTxForUnknownId", RW, False, IMM, False),
    ("allowTxWithInvalidTime", RW, False, IMM, True),
    ("AuthorizationCacheEnabled", RW, True, BOOT, False),
    ("AuthorizeRemoteTxRequests", RW, False, IMM, False),
    ("bootNotificationOnReconnect", RW, False, IMM, True),
    ("calibrationLawFormat", RW, "ocmf,plain", TX, True),
    ("CentralSystemURI", RW, "", BOOT, True),
    ("ChargeProfileMaxStackLevel", R, 0, "-", False),
    ("ChargingScheduleAllowedChargingRateUnit", R, "Current", "-", False),
    ("ChargingScheduleMaxPeriods", R, 1, "-", False),
    ("ClockAlignedDataInterval", RW, 0, BOOT, False),
    ("ConnectionTimeOut", RW, 60, IMM, False),
    ("ConnectorPhaseRotation", R, "unknown", "-", False),
    ("ftpTryTLSUpgrade", R, False, "-", True),  # decision 9
    ("GetConfigurationMaxKeys", R, 10, "-", False),
    ("HeartbeatInterval", RW, 600, IMM, False),
    ("LocalAuthListEnabled", RW, True, BOOT, False),
    ("LocalAuthListMaxLength", R, 10000, "-", False),
    ("LocalAuthorizeOffline", RW, True, IMM, False),  # decision 7: true as in §14.1, not false
    ("LocalPreAuthorize", RW, True, IMM, False),
    ("MaxChargingProfilesInstalled", R, 2, "-", False),
    ("MeterValuesAlignedData", RW, [], TX, False),
    ("MeterValuesAlignedDataMaxLength", R, 27, "-", False),
    ("MeterValuesSampledData", RW, ENERGY, TX, False),
    ("MeterValuesSampledDataMaxLength", R, 27, "-", False),
    ("MeterValueSampleInterval", RW, 60, TX, False),  # decision 8: 60 as in §14.1, not 30
    ("Meter1PublicKey", R, None, "-", True),
    ("NumberOfConnectors", R, 1, "-", False),
    ("ResetRetries", R, 0, "-", False),
    ("SendLocalListMaxLength", R, 10000, "-", False),
    ("sendMeterPublicKeyOnBootNotification", RW, True, IMM, True),
    ("StopTransactionOnEVSideDisconnect", R, True, "-", False),
    ("StopTransactionOnInvalidId", RW, True, IMM, False),
    ("StopTransactionSignatureFormat", R, "MR", "-", False),
    ("StopTxnAlignedData", RW, [], TX, False),
    ("StopTxnAlignedDataMaxLength", R, 27, "-", False),
    ("StopTxnSampledData", RW, [], TX, False),
    ("StopTxnSampledDataMaxLength", R, 27, "-", False),
    ("SupportedFeatureProfiles", R, ["Core", "FirmwareManagement", "LocalAuthListManagement"], "-", False),
    ("SupportedFileTransferProtocols", R, ["FTP", "FTPS", "HTTP", "HTTPS"], "-", False),
    ("TransactionMessageAttempts", RW, 3, BOOT, False),
    ("TransactionMessageRetryInterval", RW, 30, BOOT, False),
    ("UnlockConnectorOnEVSideDisconnect", R, True, "-", False),
    ("useAsTimeSource", RW, True, IMM, True),
    ("vendorId", R, "com.in-tech.smartcharging", "-", True),
    ("WebSocketPingInterval", RW, 0, IMM, False),
    ("webSocketPingTimeout", RW, 120, IMM, True),
]
TYPES = {bool: "boolean", int: "integer", str: "string", list: "array"}


def test_table_6() -> None:
    assert len(TABLE_6) == 47
    assert [(r.key, r.access, r.default, r.applies, r.vendor) for r in OCPP_KEYS] == TABLE_6


def test_booleans_are_no_numbers() -> None:
    for row in OCPP_KEYS:
        if row.default is not None:
            assert row.type == TYPES[type(row.default)], row.key


def test_writable_keys_live_in_customer_json() -> None:
    """All but HeartbeatInterval (§3.3.7), and of the read-only ones ftpTryTLSUpgrade."""
    assert [r.key for r in OCPP_KEYS if r.access == RW and r.path is None] == ["HeartbeatInterval"]
    assert [r.key for r in OCPP_KEYS if r.access == R and r.path is not None] == ["ftpTryTLSUpgrade"]


@pytest.mark.parametrize("row", [r for r in OCPP_KEYS if r.path], ids=lambda r: r.key)
def test_path_leads_to_the_key(row: Any) -> None:
    node = entry("customer", format_path(row.path))
    assert node["default"] == row.default
    assert node["x-ocpp"] == {"key": row.key, "access": row.access, "vendor": row.vendor}
    view: Any = read_customer("{}")[0]
    for part in row.path:
        view = getattr(view, part)
    assert (list(view) if isinstance(view, tuple) else view) == row.default


def test_lengths_of_lists_agree_with_the_schema() -> None:
    for name in ("MeterValuesAlignedData", "MeterValuesSampledData", "StopTxnAlignedData", "StopTxnSampledData"):
        row = find(f"{name}MaxLength")
        assert row is not None
        assert entry("customer", f"ocpp/{name}")["maxItems"] == row.default


def test_names_compare_without_case() -> None:
    """Decision 18."""
    assert find("WEBSOCKETPINGTIMEOUT") is find("webSocketPingTimeout")
    assert find("WebSocketPingTimeout") is not None
    assert find("nothing") is None
    assert len({row.key.lower() for row in OCPP_KEYS}) == 47


def test_a_forgotten_or_foreign_row_is_an_error() -> None:
    rows = [(r.key, r.access, r.default, r.applies, r.vendor, r.path, r.type) for r in OCPP_KEYS if r.path is not None]
    assert ocpp_table(rows) == OCPP_KEYS  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="missing"):
        ocpp_table(rows[1:])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown"):
        ocpp_table([*rows, ("Foreign", "R", 1, "-", False, ("ocpp", "x"), "integer")])  # type: ignore[list-item]


def test_shipped_file_has_the_defaults() -> None:
    view: Any = read_customer(config.shipped("customer"))[0]
    for row in OCPP_KEYS:
        if row.path:
            value = getattr(view.ocpp, str(row.path[-1]))
            assert (list(value) if isinstance(value, tuple) else value) == row.default
