"""Addresses of this room."""

from django.urls import path

from marketplace.ledger import book_views, closing_views, views

app_name = "ledger"
urlpatterns = [
    path("", views.trial, name="trial"),
    path("chart/", closing_views.chart, name="chart"),
    path("close/", closing_views.close, name="close"),
    path("close/now/", closing_views.close_now, name="close-now"),
    path("close/reopen/", closing_views.reopen, name="reopen"),
    path("adds-up/", views.adds_up, name="adds-up"),
    path("accounts/<str:code>/", book_views.account, name="account"),
    path("journals/", book_views.journals, name="journals"),
    path("journals/<uuid:pk>/", views.journal, name="journal"),
    path("from/<slug:kind>/<int:pk>/", book_views.trail_of, name="trail"),
]
