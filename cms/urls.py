"""Addresses of this room."""

app_name = "cms"
urlpatterns: list[object] = []
