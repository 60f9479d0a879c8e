"""What is different between two bundles of pathway sources, element by element, row by row, in sentences."""

from engine.compare.bundles import Comparison, compare
from engine.compare.change import Change, What

__all__ = ["Change", "Comparison", "What", "compare"]
