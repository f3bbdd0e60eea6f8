"""The public story of a pack: `/t/<code>`."""

app_name = "trace"
urlpatterns: list[object] = []
