"""Addresses of this room; its pages themselves are Wagtail's."""

from django.urls import path

from cms import views

app_name = "cms"
urlpatterns = [
    path("cms/login/", views.door, name="door"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
