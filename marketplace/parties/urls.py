"""Addresses of this room."""

app_name = "parties"
urlpatterns: list[object] = []
