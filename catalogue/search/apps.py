"""Fork of Oscar's `search` app: the folder is ours, the label stays `search`."""

from oscar.apps.search import apps


class SearchConfig(apps.SearchConfig):
    name = "catalogue.search"
