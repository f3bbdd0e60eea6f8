"""Addresses of this room."""

app_name = "ledger"
urlpatterns: list[object] = []
