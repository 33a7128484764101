"""V2G parameters of the EV, by the phase of a high level session that they belong to, and its SoC.

They come from the vehicle, so texts are bounded as ISO 15118-2 and DIN 70121 bound them, or a little wider.
None is retained but the two SoC topics, which always tell about the EV that is plugged now.
Guide §15.5.7 to §15.5.11 (tables 64 to 68), §15.21 (table 83).
"""

from __future__ import annotations

from secc.contract.documents import Object, Physical
from secc.contract.enums import (
    ChargeProgress,
    ChargingSession,
    EnergyTransfer,
    PaymentOption,
    ServiceCategory,
)
from secc.contract.topics.row import Direction, Topic
from secc.contract.values import Integer, Numbered, Text, Timestamp

_SUB = Direction.SUBSCRIBE
_64 = "§15.5.7, table 64"
_65 = "§15.5.8, table 65"
_66 = "§15.5.9, table 66"
_67 = "§15.5.10, table 67"
_83 = "§15.21, table 83"
_SHORT = Integer(0, 65535)
_PROFILE = Object((("Start", "[int]"), ("PMax", "[int]"), ("PMaxMultiplier", "[int]"), ("NumberOfPhases", "[int]")))

INIT_EVCCID = Topic(
    "TOPIC_EV_INIT_EVCCID", "port0/ci/ev/init/evccid", Text(64), _SUB, "iso15118d", False, _64,
    "Identity of the EV's communication controller, mostly its MAC address.",
)  # fmt: skip
INIT_SERVICESCOPE = Topic(
    "TOPIC_EV_INIT_SERVICESCOPE", "port0/ci/ev/init/servicescope", Text(64), _SUB, "iso15118d", False, _64,
    "Scope that the EV asks for in ServiceDiscovery.",
)  # fmt: skip
INIT_SERVICECATEGORY = Topic(
    "TOPIC_EV_INIT_SERVICECATEGORY", "port0/ci/ev/init/servicecategory", Numbered(ServiceCategory), _SUB,
    "iso15118d", False, _64,
    "Category that the EV asks for in ServiceDiscovery.",
)  # fmt: skip
INIT_SELECTEDSERVICEID = Topic(
    "TOPIC_EV_INIT_SELECTEDSERVICEID", "port0/ci/ev/init/selectedserviceid", _SHORT, _SUB, "iso15118d",
    False, _64,
    "Number of the service that the EV selected.",
)  # fmt: skip
INIT_SELECTEDPAYMENTOPTION = Topic(
    "TOPIC_EV_INIT_SELECTEDPAYMENTOPTION", "port0/ci/ev/init/selectedpaymentoption",
    Numbered(PaymentOption), _SUB, "iso15118d", False, _64,
    "Way to pay that the EV selected.",
)  # fmt: skip
AUTH_EMAID = Topic(
    "TOPIC_EV_AUTH_EMAID", "port0/ci/ev/auth/emaid", Text(32), _SUB, "iso15118d", False, _65,
    "Identifier of the charging contract (ISO 15118-2).", aliases=("port0/ci/ev/auth/emaaid",),
    mirrors=("port0/ci/ev/auth/emaaid",),
)  # fmt: skip
AUTH_CONTRACTSIGNATURECERTCHAIN = Topic(
    "TOPIC_EV_AUTH_CONTRACTSIGNATURECERTCHAIN", "port0/ci/ev/auth/contractsignaturecertificatechain",
    Object(), _SUB, "iso15118d", False, _65,
    "The contract certificate and the certificates below which it was issued.",
)  # fmt: skip
AUTH_CONTRACTID = Topic(
    "TOPIC_EV_AUTH_CONTRACTID", "port0/ci/ev/auth/contractid", Text(64), _SUB, "iso15118d", False, _65,
    "Identifier of the charging contract (DIN 70121).",
)  # fmt: skip
AUTH_GENCHALLENGE = Topic(
    "TOPIC_EV_AUTH_GENCHALLENGE", "port0/ci/ev/auth/genchallenge", Text(64), _SUB, "iso15118d", False, _65,
    "The challenge as the EV sent it back.",
)  # fmt: skip
PARAMETER_MAXSASCHEDULETUPLES = Topic(
    "TOPIC_EV_PARAMETER_MAXSASCHEDULETUPLES", "port0/ci/ev/parameter/maxsascheduletuples", _SHORT, _SUB,
    "iso15118d", False, _66,
    "How many entries a schedule may have for this EV.",
    aliases=("port0/ci/ev/parameter/maxsascheduleuples",),
    mirrors=("port0/ci/ev/parameter/maxsascheduleuples",),
)  # fmt: skip
PARAMETER_REQUESTEDENERGYTYPE = Topic(
    "TOPIC_EV_PARAMETER_REQUESTEDENERGYTYPE", "port0/ci/ev/parameter/requestedenergytype",
    Numbered(EnergyTransfer), _SUB, "iso15118d", False, _66,
    "Energy transfer type that the EV asks for.",
)  # fmt: skip
PARAMETER_DEPARTURETIME = Topic(
    "TOPIC_EV_PARAMETER_DEPARTURETIME", "port0/ci/ev/parameter/departuretime", Integer(0, 2**32 - 1), _SUB,
    "iso15118d", False, _66,
    "When the EV intends to leave, counted from its message.", unit="s",
)  # fmt: skip
PARAMETER_EAMOUNT = Topic(
    "TOPIC_EV_PARAMETER_EAMOUNT", "port0/ci/ev/parameter/eamount", Physical(), _SUB, "iso15118d", False,
    _66,
    "Energy that the EV expects to take.", unit="Wh",
)  # fmt: skip
PARAMETER_MAXVOLTAGELIMIT = Topic(
    "TOPIC_EV_PARAMETER_MAXVOLTAGELIMIT", "port0/ci/ev/parameter/maxvoltagelimit", Physical(), _SUB,
    "iso15118d", False, _66,
    "The most voltage that the EV supports.", unit="V", aliases=("port0/ci/ev/parameter/maxvoltage limit",),
)  # fmt: skip
PARAMETER_MAXCURRENTLIMIT = Topic(
    "TOPIC_EV_PARAMETER_MAXCURRENTLIMIT", "port0/ci/ev/parameter/maxcurrentlimit", Physical(), _SUB,
    "iso15118d", False, _66,
    "The most current that the EV supports.", unit="A",
)  # fmt: skip
PARAMETER_MINCURRENTLIMIT = Topic(
    "TOPIC_EV_PARAMETER_MINCURRENTLIMIT", "port0/ci/ev/parameter/mincurrentlimit", Physical(), _SUB,
    "iso15118d", False, _66,
    "The least current that the EV supports.", unit="A",
)  # fmt: skip
PARAMETER_RESSSOC = Topic(
    "TOPIC_EV_PARAMETER_RESSSOC", "port0/ci/ev/parameter/resssoc", Integer(0, 100), _SUB, "iso15118d",
    False, _83,
    "State of charge of the EV's battery, told once at the beginning of a high level session.", unit="%",
)  # fmt: skip
CHARGE_READYTOCHARGESTATE = Topic(
    "TOPIC_EV_CHARGE_READYTOCHARGESTATE", "port0/ci/ev/charge/readytochargestate", Numbered(ChargeProgress),
    _SUB, "iso15118d", False, _67,
    "What the EV wants of the energy flow: start it, stop it, or renegotiate.",
)  # fmt: skip
CHARGE_CHARGINGPROFILETUPLEID = Topic(
    "TOPIC_EV_CHARGE_CHARGINGPROFILETUPLEID", "port0/ci/ev/charge/chargingprofiletupleid",
    Text(3, "[0-9]+"), _SUB, "iso15118d", False, _67,
    "Number of the schedule that the EV selected.",
)  # fmt: skip
CHARGE_CHARGINGPROFILEENTRY = Topic(
    "TOPIC_EV_CHARGE_CHARGINGPROFILEENTRY", "port0/ci/ev/charge/chargingprofileentry", _PROFILE, _SUB,
    "iso15118d", False, _67,
    "How the EV means to charge within the schedule.",
)  # fmt: skip
STOP_PROGRESS = Topic(
    "TOPIC_EV_STOP_PROGRESS", "port0/ci/ev/stop/progress", Numbered(ChargingSession), _SUB, "iso15118d",
    False, "§15.5.11, table 68",
    "Whether the EV ends the session or pauses it.",
)  # fmt: skip
SOC_ACTUAL = Topic(
    "TOPIC_EV_SOC_ACTUAL", "port0/ci/ev/soc/actual", Integer(-2, 100), _SUB, "iso15118d", True, _83,
    "State of charge; -1 no EV or not known yet, -2 the EV passed the parameter phase without telling.",
    unit="%",
)  # fmt: skip
SOC_TIMESTAMP = Topic(
    "TOPIC_EV_SOC_TIMESTAMP", "port0/ci/ev/soc/timestamp", Timestamp(), _SUB, "iso15118d", True, _83,
    "When the state of charge was published last.",
)  # fmt: skip
