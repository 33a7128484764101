"""What the commands share: exit codes, errors, output, the broker connection, configuration files, processes.

Services know no command. Each imports its library (click, rich, paho, jsonschema) only where it is used.
"""
