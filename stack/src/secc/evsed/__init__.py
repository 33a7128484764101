"""evsed, the power path: pilot, proximity, contactor, plug lock, limits, availability, authorization, session.

One process, because a safety reaction must never cross the broker (house rules; guide §15.13). The core modules are
pure: `core.step(model, event)` decides, `adapter` touches pins, `main` wires the two together.
"""
