"""Writes stack/include/topic_customer_hlc_ac.h: the topics for programs in C and C++.

A topic with parameters gets two macros: the subscription with `+`, and a printf format with `%s` whose name
ends in _FMT. The names are those of the guide, so that its example (§15.6) compiles. Guide §15.1, §15.6.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from ccctl.generate.topics import payload
from secc.contract.topics import FAMILIES, Topic

FILE = "stack/include/topic_customer_hlc_ac.h"
TOP = """\
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
"""
BOTTOM = "#endif /* TOPIC_CUSTOMER_HLC_AC_H */\n"


def _comment(text: str) -> str:
    """A text that cannot end or nest a comment, in ASCII."""
    plain = text.replace("§", "guide ", 1).replace("§", "").replace("`", "")
    plain = plain.replace("*/", "* /").replace("/*", "/ *")
    return plain.encode("ascii", "backslashreplace").decode()


def _define(name: str, value: str) -> str:
    return f'#define {name} "{value}"'


def _format(row: Topic[Any]) -> str:
    """The topic as a printf format; a percent sign of the topic itself is doubled."""
    return "/".join("%s" if s == "+" else s.replace("%", "%%") for s in row.filter.split("/"))


def _macros(row: Topic[Any]) -> str:
    retained = ", retained" if row.retain else ""
    by = "every daemon" if row.owner == "secc" else row.owner
    deprecated = "Deprecated. " if row.deprecated else ""
    facts = [
        f"{deprecated}{row.about}",
        f"{payload(row)}; {row.direction}, by {by}{retained} ({_comment(row.guide)})",
        *(f"{'Published' if a in row.mirrors else 'Understood'} as {a} too." for a in row.aliases),
    ]
    lines = [" * " + line for fact in facts for line in wrap(_comment(fact), 106)]
    lines[0] = "/*" + lines[0][2:]
    lines[-1] += " */"
    lines.append(_define(row.name, row.filter))
    if row.parameters:
        lines.append(_define(row.name + "_FMT", _format(row)))
    return "\n".join(lines)


def products() -> dict[str, str]:
    """The C header."""
    parts = [TOP]
    for title, rows in FAMILIES:
        parts.append(f"/* ---- {title} ---- */\n")
        parts.extend(_macros(row) + "\n" for row in rows)
    parts.append(BOTTOM)
    return {FILE: "\n".join(parts)}
