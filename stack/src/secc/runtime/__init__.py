"""The shell that every daemon runs in: loop, mailbox, broker, clock, journal, watchdog, traces.

Nothing is imported here, so that a daemon pays for what it uses. The runtime does not know the hardware, and
the hardware does not know the runtime; `secc.__main__` brings them together (guide §12).
"""
