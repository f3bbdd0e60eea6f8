"""Addresses of hosts."""

from django.urls import path

from cms.hosting import page_views, views

app_name = "hosting"
urlpatterns = [
    path("facts/", views.facts, name="facts"),
    path("pages/", page_views.pages, name="pages"),
    path("pages/decision/", page_views.decision, name="decision"),
    path("pages/<int:pk>/", page_views.page, name="page"),
    path("pages/<int:pk>/take-back/", page_views.take_back, name="take_back"),
]
