"""The studio: how a director's change grows from a draft into published versions."""
