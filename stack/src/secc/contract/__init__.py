"""What the stack promises to others: topics, configuration, faults and the values they carry.

Pure data and functions on the standard library alone. This is the only part of `secc` that `ccctl` imports
(besides the simulation), so nothing here may know a clock, a socket or a pin.
"""
