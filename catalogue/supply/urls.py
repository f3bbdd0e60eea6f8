"""Addresses of this room."""

app_name = "supply"
urlpatterns: list[object] = []
