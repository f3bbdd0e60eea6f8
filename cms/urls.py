"""Addresses of this room; its pages themselves are Wagtail's."""

from django.urls import path

from cms import malay_views, views

app_name = "cms"
urlpatterns = [
    path("cms/login/", views.door, name="door"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("ms/", malay_views.index, name="malay"),
    path("ms/<path:path>/", malay_views.page, name="malay_page"),
]
