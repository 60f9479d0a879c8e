"""How a case can stand: running while its programme goes on, or concluded with one of the final statuses."""

from __future__ import annotations

RUNNING = ("active", "paused")
FINAL = ("completed", "unaligned", "withdrawn", "lost", "deceased", "switched")
