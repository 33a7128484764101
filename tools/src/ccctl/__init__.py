"""The service tool for Charge Control C.

The version stands here as a literal so that `ccctl --version` needs no import beyond this module.
"""

__version__ = "0.1.0"
