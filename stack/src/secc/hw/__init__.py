"""Hardware behind the protocols of `secc.ports`: the simulated plant, in this process or in another.

Nothing is imported here: a process pays for the hardware that it has.
"""
