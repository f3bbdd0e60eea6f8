"""Addresses of this room."""

app_name = "cycles"
urlpatterns: list[object] = []
