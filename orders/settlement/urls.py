"""Addresses of this room."""

app_name = "settlement"
urlpatterns: list[object] = []
