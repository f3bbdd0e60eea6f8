"""Addresses of this room."""

from django.urls import path

from orders.deposits import views

app_name = "deposits"
urlpatterns = [
    path("", views.deposits, name="list"),
    path("<int:pk>/", views.buyer, name="buyer"),
    path("<int:pk>/apply/<int:bill>/", views.apply, name="apply"),
    path("<int:pk>/give/", views.give, name="give"),
    path("<int:pk>/reclaim/", views.reclaim, name="reclaim"),
    path("<int:pk>/terms/", views.terms, name="terms"),
    path("<int:pk>/allow/", views.allow, name="allow"),
    path("uses/<int:pk>/decide/", views.decide, name="decide"),
    path("uses/<int:pk>/undo/", views.undo, name="undo"),
    path("allowances/<int:pk>/decide/", views.decide_credit, name="decide-credit"),
]
