"""Which names the expressions of pathways may read, with their types: what forms, measures and rules write."""

from engine.catalogue.catalogue import Catalogue, Sources, catalogue_of

__all__ = ["Catalogue", "Sources", "catalogue_of"]
