"""`throughline demo`: synthetic patients with months of care behind them, to look at and to learn with."""

from cli.demo.commands import demo

__all__ = ["demo"]
