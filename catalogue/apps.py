"""Fork of Oscar's `catalogue` app: the folder is ours, the label stays `catalogue`."""

from oscar.apps.catalogue import apps


class CatalogueConfig(apps.CatalogueConfig):
    name = "catalogue"
