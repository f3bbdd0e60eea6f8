"""Addresses of this room."""

from django.urls import path

from catalogue.standards import views

app_name = "standards"
urlpatterns = [
    path("", views.certificates, name="certificates"),
    path("add/", views.add, name="add"),
    path("<int:pk>/", views.certificate, name="certificate"),
    path("<int:pk>/revoke/", views.revoke, name="revoke"),
    path("<int:pk>/file/", views.file, name="file"),
]
