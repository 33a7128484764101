"""The simulated station: what hangs on the board when there is no board.

`plant.py` composes the parts (pilot circuit, car, cable, contactors, plug lock, residual current device,
meter) into one pure `step`. `scenario.py` reads what shall happen to them, `bench.py` lets time pass.
Nothing is imported here.
"""
