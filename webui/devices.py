"""What a browser says it is, in two words, so that its owner knows it again: "Firefox on Linux"."""

from __future__ import annotations

# The first sign that fits: Edge and Opera also say that they are Chrome, and Chrome that it is Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Only words of ours: what a stranger sends is not kept."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "a browser")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), None)
    return browser if system is None else f"{browser} on {system}"
