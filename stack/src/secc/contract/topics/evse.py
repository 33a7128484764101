"""V2G parameters of the charging station, by the phase of a high level session in which they count.

The stack takes defaults from its configuration; a customer's software may publish its own. None is retained:
they belong to one session. The guide prints no structure for some documents; these are free JSON objects
here, or carry the element names of ISO 15118-2. Guide §15.5.3 to §15.5.6 (tables 60 to 63).
"""

from __future__ import annotations

from secc.contract.documents import Object, Physical
from secc.contract.enums import EvseNotification, EvseProcessing
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Bool, Integer, Numbered, Text

_PUB = Direction.PUBLISH
_60 = "§15.5.3, table 60"
_61 = "§15.5.4, table 61"
_62 = "§15.5.5, table 62"
_63 = "§15.5.6, table 63"
_LONG = Integer(0, 2**63 - 1)
_DELAY = Integer(0, 65535)
_SERVICE = Object(
    (
        ("ServiceID", "int"),
        ("ServiceName", "string"),
        ("ServiceCategory", "int"),
        ("ServiceScope", "string"),
        ("FreeService", "bool"),
        *((f"SupportedEnergyTransferType{n}", "int") for n in range(5)),
    )
)
# The guide's text spells the identifier "SAScheduleTupled"; a document with that spelling passes as well.
_SCHEDULE = Object(
    (
        ("SAScheduleTupleId", "int"),
        ("Start", "[int]"),
        ("Duration", "int"),
        ("PMax", "[int]"),
        ("PMaxMultiplier", "[int]"),
    )
)
_METER_INFO = Object(
    (
        ("MeterID", "string"),
        ("MeterReading", "int"),
        ("SigMeterReading", "string"),
        ("MeterStatus", "int"),
        ("TMeter", "int"),
    )
)

INIT_SESSIONID = Topic(
    "TOPIC_EVSE_INIT_SESSIONID", "port0/ci/evse/init/sessionid", _LONG, _PUB, "customer", False, _60,
    "Number of the session, such as 1234567890.",
)  # fmt: skip
INIT_EVSEID = Topic(
    "TOPIC_EVSE_INIT_EVSEID", "port0/ci/evse/init/evseid", Text(37, "[0-9A-Za-z*]+"), _PUB, "customer",
    False, _60,
    "Identity of the charging station: a number, or an EVSEID of ISO 15118-2 such as DE*ABC*E1.",
)  # fmt: skip
INIT_DATETIMENOW = Topic(
    "TOPIC_EVSE_INIT_DATETIMENOW", "port0/ci/evse/init/datetimenow", _LONG, _PUB, "customer", False, _60,
    "Date and time of the charging station, since 1970-01-01T00:00:00Z.", unit="ms",
)  # fmt: skip
INIT_PAYMENTOPTIONS = Topic(
    "TOPIC_EVSE_INIT_PAYMENTOPTIONS", "port0/ci/evse/init/paymentoptions",
    Object((("PaymentOption0", "int"), ("PaymentOption1", "int"))), _PUB, "customer", False, _60,
    "Ways to pay that are offered: 0 Contract, 1 ExternalPayment (the one that is supported).",
)  # fmt: skip
INIT_CHARGESERVICE = Topic(
    "TOPIC_EVSE_INIT_CHARGESERVICE", "port0/ci/evse/init/chargeservice", _SERVICE, _PUB, "customer", False,
    _60,
    "The charge service on offer and its energy transfer types.",
)  # fmt: skip
INIT_SERVICELIST = Topic(
    "TOPIC_EVSE_INIT_SERVICELIST", "port0/ci/evse/init/servicelist", Object(), _PUB, "customer", False, _60,
    "Services on offer beside charging.",
)  # fmt: skip
INIT_SERVICEPARAMETERLIST = Topic(
    "TOPIC_EVSE_INIT_SERVICEPARAMETERLIST", "port0/ci/evse/init/serviceparameterlist", Object(), _PUB,
    "customer", False, _60,
    "Details of the services beside charging, for an EV that asks with ServiceDetail.",
)  # fmt: skip
AUTH_GENCHALLENGE = Topic(
    "TOPIC_EVSE_AUTH_GENCHALLENGE", "port0/ci/evse/auth/genchallenge",
    Object((("GenChallenge", "string"),)), _PUB, "customer", False, _61,
    "The challenge that the EV has to sign, in Base64.",
)  # fmt: skip
AUTH_EVSEPROCESSING = Topic(
    "TOPIC_EVSE_AUTH_EVSEPROCESSING", "port0/ci/evse/auth/evseprocessing", Numbered(EvseProcessing), _PUB,
    "customer", False, _61,
    "1 holds the session in the authentication phase, 0 lets it go on.",
)  # fmt: skip
AUTH_ERROR = Topic(
    "TOPIC_EVSE_AUTH_ERROR", "port0/ci/evse/auth/error", Bool(), _PUB, "customer", False, _61,
    "1 aborts the session because the user could not be authenticated.",
)  # fmt: skip
PARAMETER_EVSEPROCESSING = Topic(
    "TOPIC_EVSE_PARAMETER_EVSEPROCESSING", "port0/ci/evse/parameter/evseprocessing",
    Numbered(EvseProcessing), _PUB, "customer", False, _62,
    "1 holds the session in the parameter phase, 0 lets it go on. Back to 1 at a renegotiation.",
)  # fmt: skip
PARAMETER_SASCHEDULELIST = Topic(
    "TOPIC_EVSE_PARAMETER_SASCHEDULELIST", "port0/ci/evse/parameter/saschedulelist", _SCHEDULE, _PUB,
    "customer", False, _62,
    "The charging schedule on offer. Emptied at a renegotiation.",
)  # fmt: skip
PARAMETER_SALESTARIFF = Topic(
    "TOPIC_EVSE_PARAMETER_SALESTARIFF", "port0/ci/evse/parameter/salestariff", Object(), _PUB, "customer",
    False, _62,
    "Prices of the energy provider that go with the schedule.",
)  # fmt: skip
PARAMETER_MAXCURRENTLIMIT = Topic(
    "TOPIC_EVSE_PARAMETER_MAXCURRENTLIMIT", "port0/ci/evse/parameter/maxcurrentlimit", Physical(), _PUB,
    "customer", False, _62,
    "The most current that the charging station offers.", unit="A",
)  # fmt: skip
PARAMETER_NOTIFICATIONMAXDELAY = Topic(
    "TOPIC_EVSE_PARAMETER_NOTIFICATIONMAXDELAY", "port0/ci/evse/parameter/notificationmaxdelay", _DELAY,
    _PUB, "customer", False, _62,
    "How soon the EV shall follow a notification in the parameter phase.", unit="s",
)  # fmt: skip
PARAMETER_NOTIFICATION = Topic(
    "TOPIC_EVSE_PARAMETER_NOTIFICATION", "port0/ci/evse/parameter/notification", Numbered(EvseNotification),
    _PUB, "customer", False, _62,
    "What the EV shall do in the parameter phase: stop, renegotiate, or nothing.",
)  # fmt: skip
PARAMETER_NOMINALVOLTAGE = Topic(
    "TOPIC_EVSE_PARAMETER_NOMINALVOLTAGE", "port0/ci/evse/parameter/nominalvoltage", Physical(), _PUB,
    "customer", False, _62,
    "Nominal line voltage of the charging station.", unit="V",
)  # fmt: skip
PARAMETER_RCD = Topic(
    "TOPIC_EVSE_PARAMETER_RCD", "port0/ci/evse/parameter/rcd", Bool(), _PUB, "customer", False, _62,
    "Status of the residual current device as the EV is told: 1 is a fault.",
)  # fmt: skip
CHARGE_NOTIFICATIONMAXDELAY = Topic(
    "TOPIC_EVSE_CHARGE_NOTIFICATIONMAXDELAY", "port0/ci/evse/charge/notificationmaxdelay", _DELAY, _PUB,
    "customer", False, _63,
    "How soon the EV shall follow a notification in the charge phase.", unit="s",
)  # fmt: skip
CHARGE_NOTIFICATION = Topic(
    "TOPIC_EVSE_CHARGE_NOTIFICATION", "port0/ci/evse/charge/notification", Numbered(EvseNotification), _PUB,
    "customer", False, _63,
    "What the EV shall do in the charge phase: stop, renegotiate, or nothing.",
)  # fmt: skip
CHARGE_METERINFO = Topic(
    "TOPIC_EVSE_CHARGE_METERINFO", "port0/ci/evse/charge/meterinfo", _METER_INFO, _PUB, "customer", False,
    _63,
    "Meter reading that the EV is told while it charges.",
)  # fmt: skip
CHARGE_RECEIPTREQUIRED = Topic(
    "TOPIC_EVSE_CHARGE_RECEIPTREQUIRED", "port0/ci/evse/charge/receiptrequired", Bool(), _PUB, "customer",
    False, _63,
    "1 asks the EV for a signed receipt of the meter reading.",
)  # fmt: skip
