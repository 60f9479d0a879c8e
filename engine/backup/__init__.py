"""Backups: made while everybody works, verified by putting them back somewhere else, restored whole or not at all."""
