"""The command line: every command of `throughline`, one file per group."""
