"""Fork of Oscar's `search` app: the folder is ours, the label stays `search`."""

from typing import Any

from django.urls import path
from oscar.apps.search import apps


class SearchConfig(apps.SearchConfig):
    name = "catalogue.search"

    def ready(self) -> None:
        """Register what this room can find, and the triggers that note its changes."""
        super().ready()
        from catalogue.search import documents
        from catalogue.search.guards import register_offer_guards
        from catalogue.search.hooks import Source, register_source
        from catalogue.search.types import Kind

        register_source(
            Source(
                Kind.PRODUCT,
                documents.products,
                (
                    ("catalogue_product", "id"),
                    ("catalogue_productcategory", "product_id"),
                    ("catalogue_productrecommendation", "primary_id"),
                    ("catalogue_category", ""),
                ),
            ),
            Source(
                Kind.GROUP,
                documents.groups,
                (("parties_party", "id"), ("standards_certificate", "group_id")),
            ),
        )
        register_offer_guards()

    def get_urls(self) -> list[Any]:
        """Oscar's address, and what is suggested while somebody types."""
        from catalogue.search.views import SuggestView

        own = [path("suggest/", SuggestView.as_view(), name="suggest")]
        return [*super().get_urls(), *self.post_process_urls(own)]
