"""Addresses of this room."""

from django.urls import path

from marketplace.cycles import views

app_name = "cycles"
urlpatterns = [
    path("", views.cycle_list, name="list"),
    path("season/", views.season, name="season"),
    path("questions/", views.questions, name="questions"),
    path("questions/<int:pk>/", views.answer, name="answer"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/cutoffs/<slug:code>/", views.cutoff, name="cutoff"),
]
