"""ledd: what the status LED shows, by leds.json, and the green LED of the board.

It listens to the topics of everybody else and drives outputs; it publishes nothing and decides nothing about charging.
Guide §4.1, §7.9.2, §14.1 (table 49).
"""
