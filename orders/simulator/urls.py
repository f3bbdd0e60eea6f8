"""Addresses of this room."""

from django.urls import path

from orders.simulator import views

app_name = "simulator"
urlpatterns = [
    path("", views.scenarios, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.scenario, name="scenario"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/compare/", views.compare, name="compare"),
    path("<int:pk>/export/", views.export, name="export"),
]
