"""Addresses of this room."""

from django.urls import path

from orders.allocation import replan_views, views

app_name = "allocation"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("season/", views.season, name="season"),
    path("method/", views.method, name="method"),
    path("replan/", replan_views.planning, name="replan"),
    path("lines/<int:pk>/", replan_views.decide, name="decide"),
    path("overrides/<int:pk>/undo/", replan_views.undo, name="undo-override"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/compare/", views.compare, name="compare"),
    path("runs/<int:pk>/export/", views.export, name="export"),
    path("runs/<int:pk>/check/", views.check, name="check"),
]
