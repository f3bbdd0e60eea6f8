"""Addresses of visitors, in the language of the address."""

from django.urls import path

from cms.enquiries import visitor_views

app_name = "ask"
urlpatterns = [
    path("<int:pk>/", visitor_views.ask, name="page"),
    path("<str:token>/", visitor_views.sent, name="sent"),
]
