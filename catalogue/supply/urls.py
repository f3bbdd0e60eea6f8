"""Addresses of this room."""

from django.urls import path

from catalogue.supply.views import board, grid, mine, offers, telling

app_name = "supply"
urlpatterns = [
    path("tell/", telling.start, name="tell"),
    path("tell/done/", telling.told, name="told"),
    path("tell/<slug:name>/", telling.step, name="tell-step"),
    path("mine/", mine.mine, name="mine"),
    path("shares/<int:pk>/", mine.share, name="share"),
    path("changes/<int:pk>/undo/", mine.undo, name="undo"),
    path("grid/", grid.grid, name="grid"),
    path("offers/", offers.offer_list, name="offers"),
    path("offers.xlsx", offers.offers_xlsx, name="offers-xlsx"),
    path("offers/<int:pk>/", offers.offer, name="offer"),
    path("offers/<int:pk>/state/", offers.change_state, name="offer-state"),
    path("plots/", offers.plots, name="plots"),
    path("plots/<int:pk>/archive/", offers.archive_plot, name="plot-archive"),
    path("board/", board.board, name="board"),
    path("board.xlsx", board.board_xlsx, name="board-xlsx"),
    path("shortages/", board.shortages, name="shortages"),
    path("shortages/<int:pk>/settle/", board.settle, name="settle"),
]
