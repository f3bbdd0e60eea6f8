"""Addresses of this room."""

app_name = "invoicing"
urlpatterns: list[object] = []
