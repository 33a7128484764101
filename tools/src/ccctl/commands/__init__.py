"""One command is one file here: its name is the file's name, and the file offers `command`.

A folder with an `__init__.py` that offers `command` is a group of commands. Files are found by name without being
imported, so a command costs nothing until it is called. Commands read arguments and print; what they decide with
lives in ccctl.services and secc.contract.
"""
