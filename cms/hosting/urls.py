"""Addresses of hosts."""

from django.urls import path

from cms.hosting import views

app_name = "hosting"
urlpatterns = [path("facts/", views.facts, name="facts")]
