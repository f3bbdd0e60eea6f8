"""Addresses of this room."""

app_name = "fulfilment"
urlpatterns: list[object] = []
