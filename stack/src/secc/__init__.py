"""The charging stack of Charge Control C.

Everything in this distribution runs on the board. Nothing is imported here: a daemon pays for what it uses.
"""

__version__ = "0.1.0"
