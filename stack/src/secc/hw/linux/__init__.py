"""The hardware of a Linux board behind the protocols of `secc.ports`, the same on the board and in QEMU.

Nothing is imported here: `station` is for daemons; `gpio_outputs` and `pwm` are also for the safe-state command, which
has no time to import more than it needs. Guide §7.5 to §7.9.
"""
