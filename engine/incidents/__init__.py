"""Incidents: a process whose diagram fails is parked with the reason, and settled by a director."""
