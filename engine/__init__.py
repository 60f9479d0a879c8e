"""The workflow engine: definitions, cases, commands, timers and history; the only writer of case state."""
