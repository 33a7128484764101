"""Benchmarks: how fast the stack reacts, measured on the machine that runs them. `scripts/bench` starts them.

They judge by the limits of docs/measurements.md. Nothing here is part of what runs on a device.
"""
