"""The keys, for who reads them without JavaScript or wants to print them."""

from __future__ import annotations

from flask import render_template

from webui.access import EVERYONE, allowed
from webui.pages.blueprint import pages


@pages.get("/keys")
@allowed(EVERYONE)
def keys() -> str:
    return render_template("pages/keys.html")
