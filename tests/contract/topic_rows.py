"""Every topic of the guide as it is printed there, with payloads that must be read and payloads that must not.

Columns: topic as printed, name (of the guide where it gives one), good payloads, bad payloads. Typed from the guide's
tables, not derived from the catalogue. Payloads are separated by blanks; `''` is the empty payload.
"""

from __future__ import annotations

import shlex
from typing import NamedTuple


class Printed(NamedTuple):
    topic: str
    name: str
    good: tuple[str, ...]
    bad: tuple[str, ...]


BOOL = ("0 1", "2 true on '' 01 ' 1'")
PHASE = ("started finished", "Started begun ''")
PHYSICAL = (
    """ '{"Multiplier": 0, "Value": 32}' '{"Multiplier":-3,"Value":-32768,"Unit":6}' """,
    """ 32 '{}' '{"Multiplier":4,"Value":1}' '{"Multiplier":0,"Value":32768}' '{"Multiplier":0,"Value":1.5}' """,
)
OBJECT = (""" '{}' '{"a": [1, 2]}' """, """ [] 1 '{' '{"a": NaN}' '{"a": 1e999}' '' """)
RATING = ("-1 0 6 16 63 10000", "-2 10001 16.0 '' 16A 0x10")
LIMIT = ("-1 0 6 20.2 20 10000", "-1.1 10001 20,2 nan inf 1e3 ''")
V, A, W = (
    ("0.0 230.1 1000.0", "-1 1001 ''"),
    ("0.00 16.35 -5.10", "1,5 '' 10001"),
    ("0 11040 -500", "'' 1e4 nan"),
)

_GUIDE: tuple[tuple[str, str, str, str], ...] = (
    # table 58
    ("port0/ci/charge/init/protocol", "TOPIC_CHARGE_INIT_PROTOCOL", "ISO15118 IEC61851", "iso15118 DIN70121 ''"),
    ("port0/ci/charge/init/status", "TOPIC_CHARGE_INIT_STATUS", *PHASE),
    ("port0/ci/charge/auth/status", "TOPIC_CHARGE_AUTH_STATUS", *PHASE),
    ("port0/ci/charge/parameter/status", "TOPIC_CHARGE_PARAMETER_STATUS", *PHASE),
    ("port0/ci/charge/charge/status", "TOPIC_CHARGE_CHARGE_STATUS", *PHASE),
    ("port0/ci/charge/cp/status", "TOPIC_CHARGE_CP_STATUS", "A B C D E F", "a G AB '' B1"),
    ("port0/ci/charge/pwm/status", "TOPIC_CHARGE_PWM_STATUS", "0.00 53.33 100.00", "100.01 -0.01 53,33 '' 5%"),
    ("port0/ci/charge/tcp/status", "TOPIC_CHARGE_TCP_STATUS", *BOOL),
    ("port0/ci/charge/plug/status", "TOPIC_CHARGE_PLUG_STATUS", "locked unlocked unknown", "open 1 ''"),
    ("port0/ci/charge/contactor/status", "TOPIC_CHARGE_CONTACTOR_STATUS", "closed opened unknown", "open 1 ''"),
    # table 59
    ("ci/global/version/charging_software", "TOPIC_GLOBAL_VERSION_CHARGING_SOFTWARE", "0.7.0", "'1\n2'"),
    ("ci/global/time_set/status", "TOPIC_GLOBAL_TIME_SET_STATUS", *BOOL),
    ("ocpp/online", "TOPIC_OCPP_ONLINE", *BOOL),
    # table 60
    ("port0/ci/evse/init/sessionid", "TOPIC_EVSE_INIT_SESSIONID", "0 1234567890 9223372036854775807", "-1 1.5 ''"),
    ("port0/ci/evse/init/evseid", "TOPIC_EVSE_INIT_EVSEID", "1 4711 DE*ABC*E123*4", "'' 'a b' DE/ABC"),
    ("port0/ci/evse/init/datetimenow", "TOPIC_EVSE_INIT_DATETIMENOW", "0 1687503295123", "-1 now ''"),
    (
        "port0/ci/evse/init/paymentoptions", "TOPIC_EVSE_INIT_PAYMENTOPTIONS",
        """ '{"PaymentOption0": 1}' '{"PaymentOption0": 0, "PaymentOption1": 1}' """,
        """ 1 '{"PaymentOption0": "1"}' """,
    ),
    (
        "port0/ci/evse/init/chargeservice", "TOPIC_EVSE_INIT_CHARGESERVICE",
        """ '{"ServiceID": 1, "ServiceName": "AC", "ServiceCategory": 0, "ServiceScope": "", "FreeService": true,
        "SupportedEnergyTransferType0": 1, "SupportedEnergyTransferType4": 0}' """,
        """ '{"ServiceID": "1"}' '{"FreeService": 1}' '{"SupportedEnergyTransferType4": 1.5}' [] """,
    ),
    ("port0/ci/evse/init/servicelist", "TOPIC_EVSE_INIT_SERVICELIST", *OBJECT),
    ("port0/ci/evse/init/serviceparameterlist", "TOPIC_EVSE_INIT_SERVICEPARAMETERLIST", *OBJECT),
    # table 61
    (
        "port0/ci/evse/auth/genchallenge", "TOPIC_EVSE_AUTH_GENCHALLENGE",
        """ '{"GenChallenge": "U29tZUNoYWxsZW5nZQ=="}' """, """ text '{"GenChallenge": 5}' """,
    ),
    ("port0/ci/evse/auth/evseprocessing", "TOPIC_EVSE_AUTH_EVSEPROCESSING", "0 1 Finished Ongoing", "2 finished ''"),
    ("port0/ci/evse/auth/error", "TOPIC_EVSE_AUTH_ERROR", *BOOL),
    # table 62
    ("port0/ci/evse/parameter/evseprocessing", "TOPIC_EVSE_PARAMETER_EVSEPROCESSING", "0 1", "2 -1 ''"),
    (
        "port0/ci/evse/parameter/saschedulelist", "TOPIC_EVSE_PARAMETER_SASCHEDULELIST",
        """ '{"SAScheduleTupleId": 1, "Start": [0], "Duration": 3600, "PMax": [11000], "PMaxMultiplier": [0]}'
        '{"SAScheduleTupled": 1, "Start": [0]}' '{}' """,
        """ [] '{"Start": 0}' '{"PMax": [1.5]}' '{"PMaxMultiplier": [true]}' '{"SAScheduleTupleId": "1"}' """,
    ),
    ("port0/ci/evse/parameter/salestariff", "TOPIC_EVSE_PARAMETER_SALESTARIFF", *OBJECT),
    ("port0/ci/evse/parameter/maxcurrentlimit", "TOPIC_EVSE_PARAMETER_MAXCURRENTLIMIT", *PHYSICAL),
    (
        "port0/ci/evse/parameter/notificationmaxdelay", "TOPIC_EVSE_PARAMETER_NOTIFICATIONMAXDELAY",
        "0 65535", "-1 65536 ''",
    ),
    ("port0/ci/evse/parameter/notification", "TOPIC_EVSE_PARAMETER_NOTIFICATION", "0 1 3 StopCharging", "2 4 ''"),
    ("port0/ci/evse/parameter/nominalvoltage", "TOPIC_EVSE_PARAMETER_NOMINALVOLTAGE", *PHYSICAL),
    ("port0/ci/evse/parameter/rcd", "TOPIC_EVSE_PARAMETER_RCD", *BOOL),
    # table 63
    (
        "port0/ci/evse/charge/notificationmaxdelay", "TOPIC_EVSE_CHARGE_NOTIFICATIONMAXDELAY",
        "0 60 65535", "-1 65536 ''",
    ),
    ("port0/ci/evse/charge/notification", "TOPIC_EVSE_CHARGE_NOTIFICATION", "0 1 3 Renegotiation", "2 stop ''"),
    (
        "port0/ci/evse/charge/meterinfo", "TOPIC_EVSE_CHARGE_METERINFO",
        """ '{"MeterID": "4711", "MeterReading": 1200}' '{}' """, """ 1200 '{"MeterReading": "1200"}' """,
    ),
    ("port0/ci/evse/charge/receiptrequired", "TOPIC_EVSE_CHARGE_RECEIPTREQUIRED", *BOOL),
    # table 64
    ("port0/ci/ev/init/evccid", "TOPIC_EV_INIT_EVCCID", "00:12:34:56:78:9A 00123456789A", "'\x1b[2J'"),
    ("port0/ci/ev/init/servicescope", "TOPIC_EV_INIT_SERVICESCOPE", "'' scope", "'a\x00'"),
    ("port0/ci/ev/init/servicecategory", "TOPIC_EV_INIT_SERVICECATEGORY", "0 1 2 3 EVCharging", "4 -1 ''"),
    ("port0/ci/ev/init/selectedserviceid", "TOPIC_EV_INIT_SELECTEDSERVICEID", "0 1 65535", "-1 65536 ''"),
    ("port0/ci/ev/init/selectedpaymentoption", "TOPIC_EV_INIT_SELECTEDPAYMENTOPTION", "0 1 Contract", "2 ''"),
    # table 65
    ("port0/ci/ev/auth/emaaid", "TOPIC_EV_AUTH_EMAID", "DE8ACC12E456L89X", "'a\tb'"),
    (
        "port0/ci/ev/auth/contractsignaturecertificatechain", "TOPIC_EV_AUTH_CONTRACTSIGNATURECERTCHAIN",
        *OBJECT,
    ),
    ("port0/ci/ev/auth/contractid", "TOPIC_EV_AUTH_CONTRACTID", "DE-8AC-C12E456L89-X", "'a\nb'"),
    ("port0/ci/ev/auth/genchallenge", "TOPIC_EV_AUTH_GENCHALLENGE", "U29tZUNoYWxsZW5nZQ==", "'a\rb'"),
    # table 66
    ("port0/ci/ev/parameter/maxsascheduleuples", "TOPIC_EV_PARAMETER_MAXSASCHEDULETUPLES", "1 1024", "-1 65536 ''"),
    ("port0/ci/ev/parameter/requestedenergytype", "TOPIC_EV_PARAMETER_REQUESTEDENERGYTYPE", "0 1 5 DC_core", "6 ''"),
    ("port0/ci/ev/parameter/departuretime", "TOPIC_EV_PARAMETER_DEPARTURETIME", "0 3600 4294967295", "-1 1.5 ''"),
    ("port0/ci/ev/parameter/eamount", "TOPIC_EV_PARAMETER_EAMOUNT", *PHYSICAL),
    ("port0/ci/ev/parameter/maxvoltage limit", "TOPIC_EV_PARAMETER_MAXVOLTAGELIMIT", *PHYSICAL),
    ("port0/ci/ev/parameter/maxcurrentlimit", "TOPIC_EV_PARAMETER_MAXCURRENTLIMIT", *PHYSICAL),
    ("port0/ci/ev/parameter/mincurrentlimit", "TOPIC_EV_PARAMETER_MINCURRENTLIMIT", *PHYSICAL),
    # table 67
    ("port0/ci/ev/charge/readytochargestate", "TOPIC_EV_CHARGE_READYTOCHARGESTATE", "0 1 2 Start Stop", "3 start ''"),
    ("port0/ci/ev/charge/chargingprofiletupleid", "TOPIC_EV_CHARGE_CHARGINGPROFILETUPLEID", "1 255", "'' 1000 one"),
    (
        "port0/ci/ev/charge/chargingprofileentry", "TOPIC_EV_CHARGE_CHARGINGPROFILEENTRY",
        """ '{"Start": [0, 60], "PMax": [5, 6], "PMaxMultiplier": [3, 3], "NumberOfPhases": [1, 3]}' """,
        """ '{"Start": 0}' '{"NumberOfPhases": ["3"]}' [] """,
    ),
    # table 68
    ("port0/ci/ev/stop/progress", "TOPIC_EV_STOP_PROGRESS", "0 1 Terminate Pause", "2 ''"),
    # table 70 (ventilation also in table 78), table 24
    ("port0/contactor/state/target", "TOPIC_CONTACTOR_STATE_TARGET", *BOOL),
    ("port0/ventilation/state/target", "TOPIC_VENTILATION_STATE_TARGET", *BOOL),
    ("port0/charging", "TOPIC_CHARGING", *BOOL),
    ("port0/plug_lock/state/target", "TOPIC_PLUG_LOCK", *BOOL),
    ("port0/cp/duty_cycle", "TOPIC_CP_DUTY_CYCLE", "0.00 26.67 100.00", "100.01 -1 ''"),
    ("port0/contactor/state/actual", "TOPIC_CONTACTOR_STATE_ACTUAL", *BOOL),
    # table 73
    ("port0/rcd/state/actual", "TOPIC_RCD_STATE_ACTUAL", *BOOL),
    ("port0/rcd/feedback/available", "TOPIC_RCD_FEEDBACK_AVAILABLE", *BOOL),
    ("port0/rcd/test/available", "TOPIC_RCD_TEST_AVAILABLE", *BOOL),
    ("port0/rcd/test/perform", "TOPIC_RCD_TEST_PERFORM", "1 '' anything", ""),
    (
        "port0/rcd/test/timestamp", "TOPIC_RCD_TEST_TIMESTAMP",
        "2023-06-23T06:54:55.123Z 2023-06-23T08:54:55+02:00 ''", "2023-06-23 2023-13-01T00:00:00Z yesterday",
    ),
    ("port0/rcd/error", "TOPIC_RCD_ERROR", "'' SpuriousRcdError RcdTestError RcdGroundFailure", "0 none"),
    # table 74
    ("port0/cable_current_limit", "TOPIC_CABLE_CURRENT_LIMIT", *RATING),
    ("port0/ci/evse/basic/grid_current_limit/actual", "TOPIC_EVSE_GRID_CURRENT_LIMIT_ACTUAL", *RATING),
    ("port0/ci/evse/basic/evse_current_limit/actual", "TOPIC_EVSE_EVSE_CURRENT_LIMIT_ACTUAL", *RATING),
    ("ci/evse/basic/maxcurrentlimit", "TOPIC_EVSE_BASIC_MAXCURRENTLIMIT", *LIMIT),
    ("ci/global/dyn_current_limit/+", "TOPIC_GLOBAL_DYN_CURRENT_LIMIT", *LIMIT),
    ("port0/ci/evse/basic/offered_current_limit", "TOPIC_EVSE_BASIC_OFFERED_CURRENT_LIMIT", *LIMIT),
    ("port0/ci/evse/basic/physical_current_limit", "TOPIC_EVSE_BASIC_PHYSICAL_CURRENT_LIMIT", *RATING),
    # table 75 and the note below it
    (
        "port0/rfid/authorization_request", "TOPIC_RFID_AUTHORIZATION_REQUEST",
        """ '["ISO14443", "1F2D3A4F5506C7"]' '["UNKNOWN", ""]' """,
        """ '["ISO14443"]' '["ISO14443", 5]' '["a", "b", "c"]' '{}' ''  """,
    ),
    ("port0/rfid/authorizeReq", "TOPIC_RFID_AUTHORIZEREQ", "1F2D3A4F5506C7", "'' tag"),
    # table 78
    ("port0/ventilation/available", "TOPIC_VENTILATION_AVAILABLE", *BOOL),
    ("port0/ventilation/state/actual", "TOPIC_VENTILATION_STATE_ACTUAL", *BOOL),
    # table 81
    ("port0/ci/evse/phase/target", "TOPIC_EVSE_PHASE_TARGET", "1 3", "0 2 ''"),
    ("port0/ci/evse/phase/actual", "TOPIC_EVSE_PHASE_ACTUAL", "0 1 3", "2 4 ''"),
    ("port0/ci/evse/phase/switch_delay", "TOPIC_EVSE_PHASE_SWITCH_DELAY", "10 20 300", "9 301 20.5 ''"),
    # table 83
    ("port0/ci/ev/parameter/resssoc", "TOPIC_EV_PARAMETER_RESSSOC", "0 55 100", "-1 101 ''"),
    ("port0/session/v2g_mac", "TOPIC_V2G_MAC", "00:12:34:56:78:9A", "00:12:34:56:78:9a 00123456789A ''"),
    ("port0/session/authorization_status", "TOPIC_AUTHORIZATION_STATUS", *BOOL),
    ("port0/ci/ev/soc/actual", "TOPIC_EV_SOC_ACTUAL", "-2 -1 0 100", "-3 101 55.5 ''"),
    ("port0/ci/ev/soc/timestamp", "TOPIC_EV_SOC_TIMESTAMP", "2023-06-23T06:54:55.123Z", "06:54:55 1687503295"),
    ("port0/ci/charge/reinit_session", "TOPIC_CHARGE_REINIT_SESSION", "1 ''", ""),
    # table 5
    ("port0/ci/availability/target", "TOPIC_AVAILABILITY_TARGET", "operative inoperative", "Operative 1 ''"),
    ("port0/availability/actual", "TOPIC_AVAILABILITY_ACTUAL", "operative inoperative", "available ''"),
    # tables 8 and 11
    (
        "ocpp/data_transfer_from_cs/request", "TOPIC_OCPP_DATA_TRANSFER_FROM_CS_REQUEST",
        """ '[2, "id", "DataTransfer", {"vendorId": "com.vendor"}]' """, """ '{}' '[3, "id", {}]' '' """,
    ),
    (
        "ocpp/data_transfer_from_cs/confirm", "TOPIC_OCPP_DATA_TRANSFER_FROM_CS_CONFIRM",
        """ '[3, "id", {"status": "Accepted", "data": "x"}]' """, """ '{}' Accepted '' """,
    ),
    (
        "ocpp/data_transfer_to_cs/service_id", "TOPIC_OCPP_DATA_TRANSFER_TO_CS_SERVICE_ID",
        "4711 com.vendor_x-1", "a/b 'a b' a+ a# a$ ''",
    ),
    (
        "ocpp/data_transfer_to_cs/<service_id>/request", "TOPIC_OCPP_DATA_TRANSFER_TO_CS_REQUEST",
        """ '[2, "id", "DataTransfer", {"vendorId": "com.vendor"}]' """, """ '{}' '"text"' '' """,
    ),
    (
        "ocpp/data_transfer_to_cs/<service_id>/confirm", "TOPIC_OCPP_DATA_TRANSFER_TO_CS_CONFIRM",
        """ '[3, "id", {"status": "Accepted"}]' '[4, "id", "GenericError", "", {}]' """, """ '{}' '' """,
    ),
    # §11.5
    ("firmware/update/target/url", "TOPIC_FIRMWARE_UPDATE_TARGET_URL", "http://u:p@host/x.image", "'http://\n'"),
    ("firmware/update/target/max_trials", "TOPIC_FIRMWARE_UPDATE_TARGET_MAX_TRIALS", "3 0 -5 ''", "many 1.5"),
    ("firmware/update/target/interval", "TOPIC_FIRMWARE_UPDATE_TARGET_INTERVAL", "60 0 -1 ''", "1h 2147483648"),
    (
        "firmware/update/state/actual", "TOPIC_FIRMWARE_UPDATE_STATE_ACTUAL",
        "idle installing install-succeeded install-failed downloading download-succeeded download-failed",
        "Idle ''",
    ),
    ("firmware/update/state/progress", "TOPIC_FIRMWARE_UPDATE_STATE_PROGRESS", "0 100", "-1 101 ''"),
    ("firmware/update/result/state", "TOPIC_FIRMWARE_UPDATE_RESULT_STATE", "succeeded failed ''", "ok none"),
    ("firmware/update/result/message", "TOPIC_FIRMWARE_UPDATE_RESULT_MESSAGE", "'' 'no space left'", "'\x1b[2J'"),
    # MQTT conditions of §3.3.4, with the prefix of the port
    ("port0/contactor/error", "TOPIC_CONTACTOR_ERROR", *BOOL),
    (
        "port0/plug_lock/permanent_failure", "TOPIC_PLUG_LOCK_PERMANENT_FAILURE",
        "'' PlugLockMotorCapNotCharged PlugLockMotorUnexpectedOpen PlugLockMotorUnexpectedClose PlugLockCannotLock"
        " PlugLockCannotUnlock", "0 locked",
    ),
    ("port0/metering/meter/available", "TOPIC_METERING_METER_AVAILABLE", *BOOL),
    ("port0/rfid/available", "TOPIC_RFID_AVAILABLE", *BOOL),
    ("port0/emergency_shutdown", "TOPIC_EMERGENCY_SHUTDOWN", *BOOL),
    ("port0/rcd/recloser/error", "TOPIC_RCD_RECLOSER_ERROR", *BOOL),
    (
        "port0/session/proximity_error", "TOPIC_SESSION_PROXIMITY_ERROR",
        "'' ProximityNoCable ProximityInvalid ProximityChanged", "0 none",
    ),
)  # fmt: skip

_OWN: tuple[tuple[str, str, str, str], ...] = (
    ("port0/plug_lock/state/actual", "TOPIC_PLUG_LOCK_STATE_ACTUAL", *BOOL),
    ("port0/availability/backend", "TOPIC_AVAILABILITY_BACKEND", "operative inoperative", "''"),
    ("port0/metering/voltage/l1", "TOPIC_METERING_VOLTAGE_L1", *V),
    ("port0/metering/voltage/l2", "TOPIC_METERING_VOLTAGE_L2", *V),
    ("port0/metering/voltage/l3", "TOPIC_METERING_VOLTAGE_L3", *V),
    ("port0/metering/current/l1", "TOPIC_METERING_CURRENT_L1", *A),
    ("port0/metering/current/l2", "TOPIC_METERING_CURRENT_L2", *A),
    ("port0/metering/current/l3", "TOPIC_METERING_CURRENT_L3", *A),
    ("port0/metering/current/total", "TOPIC_METERING_CURRENT_TOTAL", *A),
    ("port0/metering/power/l1", "TOPIC_METERING_POWER_L1", *W),
    ("port0/metering/power/l2", "TOPIC_METERING_POWER_L2", *W),
    ("port0/metering/power/l3", "TOPIC_METERING_POWER_L3", *W),
    ("port0/metering/power/total", "TOPIC_METERING_POWER_TOTAL", *W),
    ("port0/metering/energy/import", "TOPIC_METERING_ENERGY_IMPORT", "0 999999999", "-1 1kWh ''"),
    ("port0/metering/frequency", "TOPIC_METERING_FREQUENCY", "49.98 60.00", "101 -1 ''"),
    ("port0/metering/serial", "TOPIC_METERING_SERIAL", "4711-0815", "'a\nb'"),
    ("secc/<daemon>/state", "TOPIC_DAEMON_STATE", "starting running stopped lost", "dead ''"),
    ("sim/command", "TOPIC_SIM_COMMAND", *OBJECT),
    ("sim/state", "TOPIC_SIM_STATE", *OBJECT),
)


def _typed(rows: tuple[tuple[str, str, str, str], ...]) -> tuple[Printed, ...]:
    return tuple(Printed(t, n, tuple(shlex.split(good)), tuple(shlex.split(bad))) for t, n, good, bad in rows)


GUIDE = _typed(_GUIDE)
OWN = _typed(_OWN)
