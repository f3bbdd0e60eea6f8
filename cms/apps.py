"""The public pages' place in Django."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"

    def ready(self) -> None:
        """Let the market's search find pages and programmes."""
        from catalogue.search.hooks import Source, register_source
        from catalogue.search.types import Kind
        from cms import found

        # A page saved anew writes its row among Wagtail's pages, whatever of it changed.
        register_source(
            Source(Kind.PROGRAMME, found.programmes, (("wagtailcore_page", ""),)),
            Source(Kind.PAGE, found.pages, (("wagtailcore_page", ""),)),
        )
