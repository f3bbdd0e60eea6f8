"""Addresses of those who answer visitors."""

from django.urls import path

from cms.enquiries import views

app_name = "enquiries"
urlpatterns = [
    path("", views.enquiries, name="list"),
    path("<int:pk>/", views.enquiry, name="enquiry"),
]
