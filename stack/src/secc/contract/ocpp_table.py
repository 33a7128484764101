"""What a row of the OCPP configuration table is, the order of the rows, and the rows that no file holds.

Rows of keys that live in customer.json come from its schema and are given to ocpp_table(); here only their names
stand, for the order. Read-only constants and HeartbeatInterval are written out. Guide §3.3.7, table 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OcppKey:
    """One key. `access` is R/W or R; `applies` says when a change takes effect ("-": it cannot be changed).

    `default` is a JSON value, None for a key that is unset. `type` is boolean, integer, string or array. `path` is the
    place in customer.json, None for a key that is not stored there.
    """

    key: str
    access: str
    default: Any
    applies: str
    vendor: bool
    path: tuple[str | int, ...] | None
    type: str


def _fixed(key: str, default: Any, kind: str, *, vendor: bool = False) -> OcppKey:
    return OcppKey(key, "R", default, "-", vendor, None, kind)


# In the order of table 6: names of keys in customer.json, and whole rows for all others.
_TABLE: tuple[str | OcppKey, ...] = (
    "AllowOfflineTxForUnknownId",
    "allowTxWithInvalidTime",
    "AuthorizationCacheEnabled",
    "AuthorizeRemoteTxRequests",
    "bootNotificationOnReconnect",
    "calibrationLawFormat",
    "CentralSystemURI",
    _fixed("ChargeProfileMaxStackLevel", 0, "integer"),
    _fixed("ChargingScheduleAllowedChargingRateUnit", "Current", "string"),
    _fixed("ChargingScheduleMaxPeriods", 1, "integer"),
    "ClockAlignedDataInterval",
    "ConnectionTimeOut",
    _fixed("ConnectorPhaseRotation", "unknown", "string"),
    "ftpTryTLSUpgrade",
    _fixed("GetConfigurationMaxKeys", 10, "integer"),
    # Not stored: the backend sends it with every answer to BootNotification.
    OcppKey("HeartbeatInterval", "R/W", 600, "Immediately", False, None, "integer"),
    "LocalAuthListEnabled",
    _fixed("LocalAuthListMaxLength", 10000, "integer"),
    "LocalAuthorizeOffline",
    "LocalPreAuthorize",
    _fixed("MaxChargingProfilesInstalled", 2, "integer"),
    "MeterValuesAlignedData",
    _fixed("MeterValuesAlignedDataMaxLength", 27, "integer"),
    "MeterValuesSampledData",
    _fixed("MeterValuesSampledDataMaxLength", 27, "integer"),
    "MeterValueSampleInterval",
    _fixed("Meter1PublicKey", None, "string", vendor=True),
    _fixed("NumberOfConnectors", 1, "integer"),
    _fixed("ResetRetries", 0, "integer"),
    _fixed("SendLocalListMaxLength", 10000, "integer"),
    "sendMeterPublicKeyOnBootNotification",
    _fixed("StopTransactionOnEVSideDisconnect", True, "boolean"),
    "StopTransactionOnInvalidId",
    _fixed("StopTransactionSignatureFormat", "MR", "string"),
    "StopTxnAlignedData",
    _fixed("StopTxnAlignedDataMaxLength", 27, "integer"),
    "StopTxnSampledData",
    _fixed("StopTxnSampledDataMaxLength", 27, "integer"),
    _fixed("SupportedFeatureProfiles", ["Core", "FirmwareManagement", "LocalAuthListManagement"], "array"),
    _fixed("SupportedFileTransferProtocols", ["FTP", "FTPS", "HTTP", "HTTPS"], "array"),
    "TransactionMessageAttempts",
    "TransactionMessageRetryInterval",
    _fixed("UnlockConnectorOnEVSideDisconnect", True, "boolean"),
    "useAsTimeSource",
    _fixed("vendorId", "com.in-tech.smartcharging", "string", vendor=True),
    "WebSocketPingInterval",
    "webSocketPingTimeout",
)  # fmt: skip


def ocpp_table(stored: Iterable[tuple[str, str, Any, str, bool, tuple[str, ...], str]]) -> tuple[OcppKey, ...]:
    """The whole table, `stored` (the fields of OcppKey) filled in; ValueError if a row is missing or left over."""
    rows = {row[0]: OcppKey(*row) for row in stored}
    whole = tuple(rows.pop(row, None) if isinstance(row, str) else row for row in _TABLE)
    complete = tuple(row for row in whole if row is not None)
    if rows or len(complete) != len(whole):
        missing = [row for row, found in zip(_TABLE, whole, strict=True) if found is None]
        raise ValueError(f"rows of customer.json: missing {missing}, unknown {list(rows)}; see x-ocpp in the schema")
    return complete
