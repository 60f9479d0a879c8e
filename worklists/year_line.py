"""The year of one case on one line: its windows, milestones and events, each on its day."""
