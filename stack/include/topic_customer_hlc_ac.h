/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MQTT topics of the charging stack.
 * Generated from secc.contract.topics; change a row there, then run scripts/generate.
 *
 * "publish" marks what your software may send, "subscribe" what it may read, "internal" what connects parts
 * of the stack and is not to be published by others. Every message has QoS 0.
 *
 * A topic with a part of your choice has two macros. X holds "+" and is for subscribing; X_FMT holds "%s" and
 * is a format for snprintf, with one argument for each "%s":
 *
 *     char topic[64];
 *     snprintf(topic, sizeof(topic), TOPIC_GLOBAL_DYN_CURRENT_LIMIT_FMT, "load_management");
 */
#ifndef TOPIC_CUSTOMER_HLC_AC_H
#define TOPIC_CUSTOMER_HLC_AC_H

/* The broker on the board; from elsewhere use the address of the board instead (guide 15.1, 15.2). */
#define MQTT_HOSTNAME "localhost"
#define MQTT_PORT 1883
#define MQTT_CHARGE_PORT "port0"

/* ---- Status of the charge and of the software ---- */

/* Which protocol the charge uses: ISO15118 is high level, IEC61851 the duty cycle alone.
 * ISO15118, IEC61851; subscribe, by evsed, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_INIT_PROTOCOL "port0/ci/charge/init/protocol"

/* The initialization phase, from SLAC to PaymentDetails, begins or ends.
 * started, finished; subscribe, by iso15118d, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_INIT_STATUS "port0/ci/charge/init/status"

/* The authentication phase, with the certificate messages and Authentication, begins or ends.
 * started, finished; subscribe, by iso15118d, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_AUTH_STATUS "port0/ci/charge/auth/status"

/* The phase of ChargeParameterDiscovery begins or ends.
 * started, finished; subscribe, by iso15118d, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_PARAMETER_STATUS "port0/ci/charge/parameter/status"

/* The charge phase, with PowerDelivery, ChargingStatus and MeteringReceipt, begins or ends.
 * started, finished; subscribe, by iso15118d, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_CHARGE_STATUS "port0/ci/charge/charge/status"

/* State of the control pilot as measured, after debouncing.
 * A, B, C, D, E, F; subscribe, by evsed, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_CP_STATUS "port0/ci/charge/cp/status"

/* Duty cycle on the control pilot.
 * number with 2 decimal places, 0..100 %; subscribe, by evsed, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_PWM_STATUS "port0/ci/charge/pwm/status"

/* 1 while the EV holds its TCP connection, else 0.
 * 0 or 1; subscribe, by iso15118d, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_TCP_STATUS "port0/ci/charge/tcp/status"

/* The plug lock as its feedback shows it; unknown where there is none.
 * locked, unlocked, unknown; subscribe, by evsed, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_PLUG_STATUS "port0/ci/charge/plug/status"

/* The contactor as its feedback shows it; unknown where there is none.
 * closed, opened, unknown; subscribe, by evsed, retained (guide 15.5.1, table 58) */
#define TOPIC_CHARGE_CONTACTOR_STATUS "port0/ci/charge/contactor/status"

/* Version of the charging software; its presence says that the start went well.
 * text up to 64 characters; subscribe, by evsed, retained (guide 15.5.2, table 59) */
#define TOPIC_GLOBAL_VERSION_CHARGING_SOFTWARE "ci/global/version/charging_software"

/* 1 once the system time was set, by NTP or by the stack.
 * 0 or 1; subscribe, by evsed, retained (guide 15.5.2, table 59) */
#define TOPIC_GLOBAL_TIME_SET_STATUS "ci/global/time_set/status"

/* Ends the PWM session and asks the EV for another high level phase, to read its SoC anew.
 * any payload; publish, by customer (guide 15.21, table 83) */
#define TOPIC_CHARGE_REINIT_SESSION "port0/ci/charge/reinit_session"

/* ---- V2G parameters of the charging station ---- */

/* Number of the session, such as 1234567890.
 * integer 0..9223372036854775807; publish, by customer (guide 15.5.3, table 60) */
#define TOPIC_EVSE_INIT_SESSIONID "port0/ci/evse/init/sessionid"

/* Identity of the charging station: a number, or an EVSEID of ISO 15118-2 such as DE*ABC*E1.
 * text up to 37 characters, [0-9A-Za-z*]+; publish, by customer (guide 15.5.3, table 60) */
#define TOPIC_EVSE_INIT_EVSEID "port0/ci/evse/init/evseid"

/* Date and time of the charging station, since 1970-01-01T00:00:00Z.
 * integer 0..9223372036854775807 ms; publish, by customer (guide 15.5.3, table 60) */
#define TOPIC_EVSE_INIT_DATETIMENOW "port0/ci/evse/init/datetimenow"

/* Ways to pay that are offered: 0 Contract, 1 ExternalPayment (the one that is supported).
 * JSON object with PaymentOption0: int, PaymentOption1: int; publish, by customer (guide 15.5.3, table 60) */
#define TOPIC_EVSE_INIT_PAYMENTOPTIONS "port0/ci/evse/init/paymentoptions"

/* The charge service on offer and its energy transfer types.
 * JSON object with ServiceID: int, ServiceName: string, ServiceCategory: int, ServiceScope: string,
 * FreeService: bool, SupportedEnergyTransferType0: int, SupportedEnergyTransferType1: int,
 * SupportedEnergyTransferType2: int, SupportedEnergyTransferType3: int, SupportedEnergyTransferType4: int;
 * publish, by customer (guide 15.5.3, table 60) */
#define TOPIC_EVSE_INIT_CHARGESERVICE "port0/ci/evse/init/chargeservice"

/* Services on offer beside charging.
 * JSON object; publish, by customer (guide 15.5.3, table 60) */
#define TOPIC_EVSE_INIT_SERVICELIST "port0/ci/evse/init/servicelist"

/* Details of the services beside charging, for an EV that asks with ServiceDetail.
 * JSON object; publish, by customer (guide 15.5.3, table 60) */
#define TOPIC_EVSE_INIT_SERVICEPARAMETERLIST "port0/ci/evse/init/serviceparameterlist"

/* The challenge that the EV has to sign, in Base64.
 * JSON object with GenChallenge: string; publish, by customer (guide 15.5.4, table 61) */
#define TOPIC_EVSE_AUTH_GENCHALLENGE "port0/ci/evse/auth/genchallenge"

/* 1 holds the session in the authentication phase, 0 lets it go on.
 * 0 Finished, 1 Ongoing; publish, by customer (guide 15.5.4, table 61) */
#define TOPIC_EVSE_AUTH_EVSEPROCESSING "port0/ci/evse/auth/evseprocessing"

/* 1 aborts the session because the user could not be authenticated.
 * 0 or 1; publish, by customer (guide 15.5.4, table 61) */
#define TOPIC_EVSE_AUTH_ERROR "port0/ci/evse/auth/error"

/* 1 holds the session in the parameter phase, 0 lets it go on. Back to 1 at a renegotiation.
 * 0 Finished, 1 Ongoing; publish, by customer (guide 15.5.5, table 62) */
#define TOPIC_EVSE_PARAMETER_EVSEPROCESSING "port0/ci/evse/parameter/evseprocessing"

/* The charging schedule on offer. Emptied at a renegotiation.
 * JSON object with SAScheduleTupleId: int, Start: [int], Duration: int, PMax: [int], PMaxMultiplier: [int];
 * publish, by customer (guide 15.5.5, table 62) */
#define TOPIC_EVSE_PARAMETER_SASCHEDULELIST "port0/ci/evse/parameter/saschedulelist"

/* Prices of the energy provider that go with the schedule.
 * JSON object; publish, by customer (guide 15.5.5, table 62) */
#define TOPIC_EVSE_PARAMETER_SALESTARIFF "port0/ci/evse/parameter/salestariff"

/* The most current that the charging station offers.
 * JSON object {"Multiplier": -3..3, "Value": -32768..32767} A; publish, by customer (guide 15.5.5, table 62) */
#define TOPIC_EVSE_PARAMETER_MAXCURRENTLIMIT "port0/ci/evse/parameter/maxcurrentlimit"

/* How soon the EV shall follow a notification in the parameter phase.
 * integer 0..65535 s; publish, by customer (guide 15.5.5, table 62) */
#define TOPIC_EVSE_PARAMETER_NOTIFICATIONMAXDELAY "port0/ci/evse/parameter/notificationmaxdelay"

/* What the EV shall do in the parameter phase: stop, renegotiate, or nothing.
 * 0 NoNotification, 1 StopCharging, 3 Renegotiation; publish, by customer (guide 15.5.5, table 62) */
#define TOPIC_EVSE_PARAMETER_NOTIFICATION "port0/ci/evse/parameter/notification"

/* Nominal line voltage of the charging station.
 * JSON object {"Multiplier": -3..3, "Value": -32768..32767} V; publish, by customer (guide 15.5.5, table 62) */
#define TOPIC_EVSE_PARAMETER_NOMINALVOLTAGE "port0/ci/evse/parameter/nominalvoltage"

/* Status of the residual current device as the EV is told: 1 is a fault.
 * 0 or 1; publish, by customer (guide 15.5.5, table 62) */
#define TOPIC_EVSE_PARAMETER_RCD "port0/ci/evse/parameter/rcd"

/* How soon the EV shall follow a notification in the charge phase.
 * integer 0..65535 s; publish, by customer (guide 15.5.6, table 63) */
#define TOPIC_EVSE_CHARGE_NOTIFICATIONMAXDELAY "port0/ci/evse/charge/notificationmaxdelay"

/* What the EV shall do in the charge phase: stop, renegotiate, or nothing.
 * 0 NoNotification, 1 StopCharging, 3 Renegotiation; publish, by customer (guide 15.5.6, table 63) */
#define TOPIC_EVSE_CHARGE_NOTIFICATION "port0/ci/evse/charge/notification"

/* Meter reading that the EV is told while it charges.
 * JSON object with MeterID: string, MeterReading: int, SigMeterReading: string, MeterStatus: int, TMeter:
 * int; publish, by customer (guide 15.5.6, table 63) */
#define TOPIC_EVSE_CHARGE_METERINFO "port0/ci/evse/charge/meterinfo"

/* 1 asks the EV for a signed receipt of the meter reading.
 * 0 or 1; publish, by customer (guide 15.5.6, table 63) */
#define TOPIC_EVSE_CHARGE_RECEIPTREQUIRED "port0/ci/evse/charge/receiptrequired"

/* ---- V2G parameters of the EV ---- */

/* Identity of the EV's communication controller, mostly its MAC address.
 * text up to 64 characters; subscribe, by iso15118d (guide 15.5.7, table 64) */
#define TOPIC_EV_INIT_EVCCID "port0/ci/ev/init/evccid"

/* Scope that the EV asks for in ServiceDiscovery.
 * text up to 64 characters; subscribe, by iso15118d (guide 15.5.7, table 64) */
#define TOPIC_EV_INIT_SERVICESCOPE "port0/ci/ev/init/servicescope"

/* Category that the EV asks for in ServiceDiscovery.
 * 0 EVCharging, 1 Internet, 2 ContractCertificate, 3 OtherCustom; subscribe, by iso15118d (guide 15.5.7,
 * table 64) */
#define TOPIC_EV_INIT_SERVICECATEGORY "port0/ci/ev/init/servicecategory"

/* Number of the service that the EV selected.
 * integer 0..65535; subscribe, by iso15118d (guide 15.5.7, table 64) */
#define TOPIC_EV_INIT_SELECTEDSERVICEID "port0/ci/ev/init/selectedserviceid"

/* Way to pay that the EV selected.
 * 0 Contract, 1 ExternalPayment; subscribe, by iso15118d (guide 15.5.7, table 64) */
#define TOPIC_EV_INIT_SELECTEDPAYMENTOPTION "port0/ci/ev/init/selectedpaymentoption"

/* Identifier of the charging contract (ISO 15118-2).
 * text up to 32 characters; subscribe, by iso15118d (guide 15.5.8, table 65)
 * Published as port0/ci/ev/auth/emaaid too. */
#define TOPIC_EV_AUTH_EMAID "port0/ci/ev/auth/emaid"

/* The contract certificate and the certificates below which it was issued.
 * JSON object; subscribe, by iso15118d (guide 15.5.8, table 65) */
#define TOPIC_EV_AUTH_CONTRACTSIGNATURECERTCHAIN "port0/ci/ev/auth/contractsignaturecertificatechain"

/* Identifier of the charging contract (DIN 70121).
 * text up to 64 characters; subscribe, by iso15118d (guide 15.5.8, table 65) */
#define TOPIC_EV_AUTH_CONTRACTID "port0/ci/ev/auth/contractid"

/* The challenge as the EV sent it back.
 * text up to 64 characters; subscribe, by iso15118d (guide 15.5.8, table 65) */
#define TOPIC_EV_AUTH_GENCHALLENGE "port0/ci/ev/auth/genchallenge"

/* How many entries a schedule may have for this EV.
 * integer 0..65535; subscribe, by iso15118d (guide 15.5.9, table 66)
 * Published as port0/ci/ev/parameter/maxsascheduleuples too. */
#define TOPIC_EV_PARAMETER_MAXSASCHEDULETUPLES "port0/ci/ev/parameter/maxsascheduletuples"

/* Energy transfer type that the EV asks for.
 * 0 AC_single_phase_core, 1 AC_three_phase_core, 2 DC_core, 3 DC_extended, 4 DC_combo_core, 5 DC_unique;
 * subscribe, by iso15118d (guide 15.5.9, table 66) */
#define TOPIC_EV_PARAMETER_REQUESTEDENERGYTYPE "port0/ci/ev/parameter/requestedenergytype"

/* When the EV intends to leave, counted from its message.
 * integer 0..4294967295 s; subscribe, by iso15118d (guide 15.5.9, table 66) */
#define TOPIC_EV_PARAMETER_DEPARTURETIME "port0/ci/ev/parameter/departuretime"

/* Energy that the EV expects to take.
 * JSON object {"Multiplier": -3..3, "Value": -32768..32767} Wh; subscribe, by iso15118d (guide 15.5.9, table
 * 66) */
#define TOPIC_EV_PARAMETER_EAMOUNT "port0/ci/ev/parameter/eamount"

/* The most voltage that the EV supports.
 * JSON object {"Multiplier": -3..3, "Value": -32768..32767} V; subscribe, by iso15118d (guide 15.5.9, table
 * 66)
 * Understood as port0/ci/ev/parameter/maxvoltage limit too. */
#define TOPIC_EV_PARAMETER_MAXVOLTAGELIMIT "port0/ci/ev/parameter/maxvoltagelimit"

/* The most current that the EV supports.
 * JSON object {"Multiplier": -3..3, "Value": -32768..32767} A; subscribe, by iso15118d (guide 15.5.9, table
 * 66) */
#define TOPIC_EV_PARAMETER_MAXCURRENTLIMIT "port0/ci/ev/parameter/maxcurrentlimit"

/* The least current that the EV supports.
 * JSON object {"Multiplier": -3..3, "Value": -32768..32767} A; subscribe, by iso15118d (guide 15.5.9, table
 * 66) */
#define TOPIC_EV_PARAMETER_MINCURRENTLIMIT "port0/ci/ev/parameter/mincurrentlimit"

/* State of charge of the EV's battery, told once at the beginning of a high level session.
 * integer 0..100 %; subscribe, by iso15118d (guide 15.21, table 83) */
#define TOPIC_EV_PARAMETER_RESSSOC "port0/ci/ev/parameter/resssoc"

/* What the EV wants of the energy flow: start it, stop it, or renegotiate.
 * 0 Start, 1 Stop, 2 Renegotiate; subscribe, by iso15118d (guide 15.5.10, table 67) */
#define TOPIC_EV_CHARGE_READYTOCHARGESTATE "port0/ci/ev/charge/readytochargestate"

/* Number of the schedule that the EV selected.
 * text up to 3 characters, [0-9]+; subscribe, by iso15118d (guide 15.5.10, table 67) */
#define TOPIC_EV_CHARGE_CHARGINGPROFILETUPLEID "port0/ci/ev/charge/chargingprofiletupleid"

/* How the EV means to charge within the schedule.
 * JSON object with Start: [int], PMax: [int], PMaxMultiplier: [int], NumberOfPhases: [int]; subscribe, by
 * iso15118d (guide 15.5.10, table 67) */
#define TOPIC_EV_CHARGE_CHARGINGPROFILEENTRY "port0/ci/ev/charge/chargingprofileentry"

/* Whether the EV ends the session or pauses it.
 * 0 Terminate, 1 Pause; subscribe, by iso15118d (guide 15.5.11, table 68) */
#define TOPIC_EV_STOP_PROGRESS "port0/ci/ev/stop/progress"

/* State of charge; -1 no EV or not known yet, -2 the EV passed the parameter phase without telling.
 * integer -2..100 %; subscribe, by iso15118d, retained (guide 15.21, table 83) */
#define TOPIC_EV_SOC_ACTUAL "port0/ci/ev/soc/actual"

/* When the state of charge was published last.
 * RFC 3339 time stamp such as 2023-06-23T06:54:55.123Z, or empty; subscribe, by iso15118d, retained (guide
 * 15.21, table 83) */
#define TOPIC_EV_SOC_TIMESTAMP "port0/ci/ev/soc/timestamp"

/* ---- Power path ---- */

/* What the contactor on relay 1 is told: 1 close, 0 open. A mirror, not a command.
 * 0 or 1; internal, by evsed, retained (guide 15.13, table 70) */
#define TOPIC_CONTACTOR_STATE_TARGET "port0/contactor/state/target"

/* What the feedback of the contactor says: 1 closed, 0 open; the target where there is no feedback.
 * 0 or 1; subscribe, by evsed, retained (guide 7.7, table 24) */
#define TOPIC_CONTACTOR_STATE_ACTUAL "port0/contactor/state/actual"

/* 1 while the contactor and its feedback disagree.
 * 0 or 1; subscribe, by evsed, retained (guide 3.3.4.1) */
#define TOPIC_CONTACTOR_ERROR "port0/contactor/error"

/* Whether there is ventilation. Comes from the customer when control is external, else from the stack.
 * 0 or 1; publish, by evsed, retained (guide 15.19, table 78) */
#define TOPIC_VENTILATION_AVAILABLE "port0/ventilation/available"

/* What the fan on relay 2 is told: 1 run, 0 stop. The customer commands it when control is external.
 * 0 or 1; publish, by evsed, retained (guide 15.19, table 78) */
#define TOPIC_VENTILATION_STATE_TARGET "port0/ventilation/state/target"

/* What the feedback of relay 2 says: 1 closed, 0 open; without feedback it confirms the target.
 * 0 or 1; subscribe, by evsed, retained (guide 15.19, table 78) */
#define TOPIC_VENTILATION_STATE_ACTUAL "port0/ventilation/state/actual"

/* 1 while energy may flow to the EV.
 * 0 or 1; subscribe, by evsed, retained (guide 15.13, table 70) */
#define TOPIC_CHARGING "port0/charging"

/* What the plug lock is told: 1 lock, 0 unlock. A mirror, not a command.
 * 0 or 1; internal, by evsed, retained (guide 15.13, table 70) */
#define TOPIC_PLUG_LOCK "port0/plug_lock/state/target"

/* What the feedback of the plug lock says: 1 locked, 0 unlocked; without feedback it confirms the target.
 * 0 or 1; subscribe, by evsed, retained (decision 27) */
#define TOPIC_PLUG_LOCK_STATE_ACTUAL "port0/plug_lock/state/actual"

/* Which failure of the plug lock persists after all attempts; empty when there is none.
 * empty, PlugLockMotorCapNotCharged, PlugLockMotorUnexpectedOpen, PlugLockMotorUnexpectedClose,
 * PlugLockCannotLock, PlugLockCannotUnlock; subscribe, by evsed, retained (guide 3.3.4.2 to 3.3.4.6) */
#define TOPIC_PLUG_LOCK_PERMANENT_FAILURE "port0/plug_lock/permanent_failure"

/* What the pilot generator is told. In the safe state 100.00 if the fault can pass, else 0.00.
 * number with 2 decimal places, 0..100 %; internal, by evsed, retained (guide 15.13, table 70) */
#define TOPIC_CP_DUTY_CYCLE "port0/cp/duty_cycle"

/* 1 while the emergency input is asserted.
 * 0 or 1; subscribe, by evsed, retained (guide 3.3.4.15) */
#define TOPIC_EMERGENCY_SHUTDOWN "port0/emergency_shutdown"

/* What is wrong with the proximity pilot of the plugged cable; empty when nothing is.
 * empty, ProximityNoCable, ProximityInvalid, ProximityChanged; subscribe, by evsed, retained (guide 3.3.4.34
 * to 3.3.4.36) */
#define TOPIC_SESSION_PROXIMITY_ERROR "port0/session/proximity_error"

/* The count of phases to switch to.
 * 1, 3; publish, by customer (guide 15.20, table 81) */
#define TOPIC_EVSE_PHASE_TARGET "port0/ci/evse/phase/target"

/* The count of phases at the outlet now; 0 while everything is open.
 * 0, 1, 3; subscribe, by evsed, retained (guide 15.20, table 81) */
#define TOPIC_EVSE_PHASE_ACTUAL "port0/ci/evse/phase/actual"

/* How long all phases stay off before the new count is offered.
 * integer 10..300 s; publish, by customer (guide 15.20, table 81) */
#define TOPIC_EVSE_PHASE_SWITCH_DELAY "port0/ci/evse/phase/switch_delay"

/* ---- Residual current monitoring ---- */

/* 1 normal, 0 tripped. Stays 1 during a test.
 * 0 or 1; subscribe, by evsed, retained (guide 15.15.5, table 73) */
#define TOPIC_RCD_STATE_ACTUAL "port0/rcd/state/actual"

/* Whether an RCD feedback is configured.
 * 0 or 1; subscribe, by evsed, retained (guide 15.15.5, table 73) */
#define TOPIC_RCD_FEEDBACK_AVAILABLE "port0/rcd/feedback/available"

/* Whether an RCD test is configured.
 * 0 or 1; subscribe, by evsed, retained (guide 15.15.5, table 73) */
#define TOPIC_RCD_TEST_AVAILABLE "port0/rcd/test/available"

/* Asks for a test at once, for service. The regular tests need no request.
 * any payload; internal, by webd (guide 15.15.5, table 73) */
#define TOPIC_RCD_TEST_PERFORM "port0/rcd/test/perform"

/* When the last test ended; empty while none has run since the start.
 * RFC 3339 time stamp such as 2023-06-23T06:54:55.123Z, or empty; subscribe, by evsed, retained (guide
 * 15.15.5, table 73) */
#define TOPIC_RCD_TEST_TIMESTAMP "port0/rcd/test/timestamp"

/* What the monitoring found; empty when all is well, and after a test that passed.
 * empty, SpuriousRcdError, RcdTestError, RcdGroundFailure; subscribe, by evsed, retained (guide 15.15.5,
 * table 73) */
#define TOPIC_RCD_ERROR "port0/rcd/error"

/* 1 while the recloser does not answer.
 * 0 or 1; subscribe, by recloserd, retained (guide 3.3.4.16) */
#define TOPIC_RCD_RECLOSER_ERROR "port0/rcd/recloser/error"

/* ---- Current limits ---- */

/* What the plugged cable may carry by its proximity resistor; -1 with a fixed cable.
 * integer -1..10000 A; internal, by evsed, retained (guide 15.16, table 74) */
#define TOPIC_CABLE_CURRENT_LIMIT "port0/cable_current_limit"

/* What the feeding line and its fuse may carry.
 * integer -1..10000 A; subscribe, by evsed, retained (guide 15.16, table 74) */
#define TOPIC_EVSE_GRID_CURRENT_LIMIT_ACTUAL "port0/ci/evse/basic/grid_current_limit/actual"

/* What the wiring inside the charging station may carry.
 * integer -1..10000 A; subscribe, by evsed, retained (guide 15.16, table 74) */
#define TOPIC_EVSE_EVSE_CURRENT_LIMIT_ACTUAL "port0/ci/evse/basic/evse_current_limit/actual"

/* What the charging profiles of the central system allow.
 * number with 1 decimal place, -1..10000 A; publish, by ocppd, retained (guide 15.16, table 74) */
#define TOPIC_EVSE_BASIC_MAXCURRENTLIMIT "ci/evse/basic/maxcurrentlimit"

/* Up to five limits of load management, under names of the customer's choice. Lost at a reboot.
 * number with 1 decimal place, -1..10000 A; publish, by customer, retained (guide 15.16, table 74) */
#define TOPIC_GLOBAL_DYN_CURRENT_LIMIT "ci/global/dyn_current_limit/+"
#define TOPIC_GLOBAL_DYN_CURRENT_LIMIT_FMT "ci/global/dyn_current_limit/%s"

/* The minimum of all limits: what the EV is offered.
 * number with 1 decimal place, -1..10000 A; subscribe, by evsed, retained (guide 15.16, table 74) */
#define TOPIC_EVSE_BASIC_OFFERED_CURRENT_LIMIT "port0/ci/evse/basic/offered_current_limit"

/* The minimum of grid, station and cable: what could be offered without dynamic limits.
 * integer -1..10000 A; subscribe, by evsed, retained (guide 15.16, table 74) */
#define TOPIC_EVSE_BASIC_PHYSICAL_CURRENT_LIMIT "port0/ci/evse/basic/physical_current_limit"

/* ---- RFID ---- */

/* A tag was shown: standard (ISO14443, ISO15693, UNKNOWN) and UID in hexadecimal, little endian.
 * JSON array of 2 strings; internal, by rfidd (guide 15.17, table 75) */
#define TOPIC_RFID_AUTHORIZATION_REQUEST "port0/rfid/authorization_request"

/* Deprecated. The predecessor of authorization_request: the UID alone.
 * text up to 40 characters, [0-9A-Fa-f]+; internal, by rfidd (guide 15.17) */
#define TOPIC_RFID_AUTHORIZEREQ "port0/rfid/authorizeReq"

/* 1 while the reader answers, 0 when it does not. Published only if RFID is enabled.
 * 0 or 1; subscribe, by rfidd, retained (guide 3.3.4.11) */
#define TOPIC_RFID_AVAILABLE "port0/rfid/available"

/* ---- Session ---- */

/* 1 lets the user charge, 0 does not. Not retained if it shall hold for one session only.
 * 0 or 1; publish, by customer, retained (guide 15.21, table 83) */
#define TOPIC_AUTHORIZATION_STATUS "port0/session/authorization_status"

/* MAC address of the EV as SLAC showed it, such as 00:12:34:56:78:9A.
 * text up to 17 characters, [0-9A-F]{2}(:[0-9A-F]{2}){5}; subscribe, by iso15118d (guide 15.21, table 83) */
#define TOPIC_V2G_MAC "port0/session/v2g_mac"

/* ---- Availability ---- */

/* The customer's own wish, beside that of the backend.
 * operative, inoperative; publish, by customer, retained (guide 3.3.5, table 5) */
#define TOPIC_AVAILABILITY_TARGET "port0/ci/availability/target"

/* The result: operative only if customer and backend both want it.
 * operative, inoperative; subscribe, by evsed, retained (guide 3.3.5, table 5) */
#define TOPIC_AVAILABILITY_ACTUAL "port0/availability/actual"

/* What the central system decided by ChangeAvailability.
 * operative, inoperative; internal, by ocppd, retained (guide 3.3.5, table 4) */
#define TOPIC_AVAILABILITY_BACKEND "port0/availability/backend"

/* ---- OCPP ---- */

/* 1 while the connection to the OCPP backend stands.
 * 0 or 1; subscribe, by ocppd, retained (guide 15.5.2, table 59) */
#define TOPIC_OCPP_ONLINE "ocpp/online"

/* A DataTransfer of the central system, for a vendorId of ocpp/csDataTransfers.
 * JSON array of 4; subscribe, by ocppd (guide 3.3.8.1, table 8) */
#define TOPIC_OCPP_DATA_TRANSFER_FROM_CS_REQUEST "ocpp/data_transfer_from_cs/request"

/* The customer's answer, with the UniqueId of the request.
 * JSON array; publish, by customer (guide 3.3.8.1, table 8) */
#define TOPIC_OCPP_DATA_TRANSFER_FROM_CS_CONFIRM "ocpp/data_transfer_from_cs/confirm"

/* Registers a service of the customer for DataTransfer to the central system.
 * text up to 64 characters, [^/ +#$]+; publish, by customer (guide 3.3.8.2, table 11) */
#define TOPIC_OCPP_DATA_TRANSFER_TO_CS_SERVICE_ID "ocpp/data_transfer_to_cs/service_id"

/* A DataTransfer for the central system, by a registered service.
 * JSON array; publish, by customer (guide 3.3.8.2, table 11) */
#define TOPIC_OCPP_DATA_TRANSFER_TO_CS_REQUEST "ocpp/data_transfer_to_cs/+/request"
#define TOPIC_OCPP_DATA_TRANSFER_TO_CS_REQUEST_FMT "ocpp/data_transfer_to_cs/%s/request"

/* The answer of the central system, or a CallError that says why there is none.
 * JSON array; subscribe, by ocppd (guide 3.3.8.2, table 11) */
#define TOPIC_OCPP_DATA_TRANSFER_TO_CS_CONFIRM "ocpp/data_transfer_to_cs/+/confirm"
#define TOPIC_OCPP_DATA_TRANSFER_TO_CS_CONFIRM_FMT "ocpp/data_transfer_to_cs/%s/confirm"

/* ---- Firmware update ---- */

/* Where to fetch the image; starts the update. A URL that ends with .raucb is a casync bundle.
 * text up to 2048 characters; publish, by customer (guide 11.5) */
#define TOPIC_FIRMWARE_UPDATE_TARGET_URL "firmware/update/target/url"

/* How often the download is tried; below 1 or empty counts as 1.
 * integer, or empty; publish, by customer (guide 11.5) */
#define TOPIC_FIRMWARE_UPDATE_TARGET_MAX_TRIALS "firmware/update/target/max_trials"

/* How long to wait between two trials; below 0 or empty counts as 0.
 * integer s, or empty; publish, by customer (guide 11.5) */
#define TOPIC_FIRMWARE_UPDATE_TARGET_INTERVAL "firmware/update/target/interval"

/* What the update does now; idle after a boot.
 * idle, installing, install-succeeded, install-failed, downloading, download-succeeded, download-failed;
 * subscribe, by fwupdated, retained (guide 11.5) */
#define TOPIC_FIRMWARE_UPDATE_STATE_ACTUAL "firmware/update/state/actual"

/* Estimated progress of the operation that runs; for display only.
 * integer 0..100 %; subscribe, by fwupdated, retained (guide 11.5) */
#define TOPIC_FIRMWARE_UPDATE_STATE_PROGRESS "firmware/update/state/progress"

/* How the last update ended; empty while there was none since the boot.
 * succeeded, failed, empty; subscribe, by fwupdated, retained (guide 11.5) */
#define TOPIC_FIRMWARE_UPDATE_RESULT_STATE "firmware/update/result/state"

/* Why the last trial failed, in English, without credentials; empty when it did not.
 * text up to 1024 characters; subscribe, by fwupdated, retained (guide 11.5) */
#define TOPIC_FIRMWARE_UPDATE_RESULT_MESSAGE "firmware/update/result/message"

/* ---- Metering ---- */

/* 1 while the meter answers, 0 when it does not.
 * 0 or 1; subscribe, by meteringd, retained (guide 3.3.4.7) */
#define TOPIC_METERING_METER_AVAILABLE "port0/metering/meter/available"

/* Voltage of L1 against N.
 * number with 1 decimal place, 0..1000 V; subscribe, by meteringd, retained (guide 7.3.3, decision 28) */
#define TOPIC_METERING_VOLTAGE_L1 "port0/metering/voltage/l1"

/* Voltage of L2 against N.
 * number with 1 decimal place, 0..1000 V; subscribe, by meteringd, retained (guide 7.3.3, decision 28) */
#define TOPIC_METERING_VOLTAGE_L2 "port0/metering/voltage/l2"

/* Voltage of L3 against N.
 * number with 1 decimal place, 0..1000 V; subscribe, by meteringd, retained (guide 7.3.3, decision 28) */
#define TOPIC_METERING_VOLTAGE_L3 "port0/metering/voltage/l3"

/* Current in L1.
 * number with 2 decimal places, -10000..10000 A; subscribe, by meteringd, retained (guide 7.3.3, decision
 * 28) */
#define TOPIC_METERING_CURRENT_L1 "port0/metering/current/l1"

/* Current in L2.
 * number with 2 decimal places, -10000..10000 A; subscribe, by meteringd, retained (guide 7.3.3, decision
 * 28) */
#define TOPIC_METERING_CURRENT_L2 "port0/metering/current/l2"

/* Current in L3.
 * number with 2 decimal places, -10000..10000 A; subscribe, by meteringd, retained (guide 7.3.3, decision
 * 28) */
#define TOPIC_METERING_CURRENT_L3 "port0/metering/current/l3"

/* Sum of the currents of all phases.
 * number with 2 decimal places, -10000..10000 A; subscribe, by meteringd, retained (guide 7.3.3, decision
 * 28) */
#define TOPIC_METERING_CURRENT_TOTAL "port0/metering/current/total"

/* Active power of L1.
 * number without decimals, -10000000..10000000 W; subscribe, by meteringd, retained (guide 7.3.3, decision
 * 28) */
#define TOPIC_METERING_POWER_L1 "port0/metering/power/l1"

/* Active power of L2.
 * number without decimals, -10000000..10000000 W; subscribe, by meteringd, retained (guide 7.3.3, decision
 * 28) */
#define TOPIC_METERING_POWER_L2 "port0/metering/power/l2"

/* Active power of L3.
 * number without decimals, -10000000..10000000 W; subscribe, by meteringd, retained (guide 7.3.3, decision
 * 28) */
#define TOPIC_METERING_POWER_L3 "port0/metering/power/l3"

/* Active power of all phases.
 * number without decimals, -10000000..10000000 W; subscribe, by meteringd, retained (guide 7.3.3, decision
 * 28) */
#define TOPIC_METERING_POWER_TOTAL "port0/metering/power/total"

/* Register of energy towards the EV.
 * number without decimals, 0..999999999 Wh; subscribe, by meteringd, retained (guide 7.3.3, decision 28) */
#define TOPIC_METERING_ENERGY_IMPORT "port0/metering/energy/import"

/* Frequency of the grid.
 * number with 2 decimal places, 0..100 Hz; subscribe, by meteringd, retained (guide 7.3.3, decision 28) */
#define TOPIC_METERING_FREQUENCY "port0/metering/frequency"

/* Serial number of the meter.
 * text up to 64 characters; subscribe, by meteringd, retained (guide 7.3.3, decision 28) */
#define TOPIC_METERING_SERIAL "port0/metering/serial"

/* ---- Daemons ---- */

/* starting, running, stopped, or lost when the connection broke (last will).
 * starting, running, stopped, lost; subscribe, by every daemon, retained (beyond the guide) */
#define TOPIC_DAEMON_STATE "secc/+/state"
#define TOPIC_DAEMON_STATE_FMT "secc/%s/state"

/* ---- Simulation ---- */

/* What shall happen at the simulated plug, cable, EV, contactor or RCD.
 * JSON object; internal, by ccctl (beyond the guide) */
#define TOPIC_SIM_COMMAND "sim/command"

/* What the simulated plant looks like now.
 * JSON object; internal, by sim, retained (beyond the guide) */
#define TOPIC_SIM_STATE "sim/state"

#endif /* TOPIC_CUSTOMER_HLC_AC_H */
