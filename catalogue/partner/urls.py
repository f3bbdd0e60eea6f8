"""Addresses of this room."""

from django.urls import path

from catalogue.partner.views import board, listings, notices

app_name = "prices"
urlpatterns = [
    path("", notices.index, name="notices"),
    path("draft/", notices.draft, name="draft"),
    path("<int:pk>/", notices.edit, name="notice"),
    path("<int:pk>/publish/", notices.publish, name="publish"),
    path("<int:pk>/discard/", notices.discard, name="discard"),
    path("<int:pk>/print/", notices.paper, name="print"),
    path("<int:pk>/xlsx/", notices.workbook, name="xlsx"),
    path("board/", board.board, name="board"),
    path("listings/", listings.index, name="listings"),
    path("listings/open/", listings.open_listings, name="open-listings"),
    path("listings/close/", listings.close_listings, name="close-listings"),
]
