"""Addresses of this room."""

from django.urls import path

from marketplace.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.trial, name="trial"),
    path("adds-up/", views.adds_up, name="adds-up"),
    path("accounts/<str:code>/", views.account, name="account"),
    path("journals/<uuid:pk>/", views.journal, name="journal"),
]
