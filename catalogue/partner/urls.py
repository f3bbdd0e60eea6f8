"""Addresses of this room."""

app_name = "prices"
urlpatterns: list[object] = []
