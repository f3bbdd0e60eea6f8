"""Addresses of this room."""

from django.urls import path

from orders.substitution import views

app_name = "substitution"
urlpatterns = [
    path("", views.proposals, name="list"),
    path("<int:pk>/accept/", views.accept_one, name="accept"),
    path("<int:pk>/decline/", views.decline_one, name="decline"),
    path("<int:pk>/reopen/", views.reopen_one, name="reopen"),
    path("rules/<int:pk>/", views.rule, name="rule"),
]
