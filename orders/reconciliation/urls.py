"""Addresses of this room."""

app_name = "reconciliation"
urlpatterns: list[object] = []
