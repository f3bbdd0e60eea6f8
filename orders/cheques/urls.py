"""Addresses of this room."""

from django.urls import path

from orders.cheques import views

app_name = "cheques"
urlpatterns = [
    path("", views.cheques, name="list"),
    path("receive/", views.receive, name="receive"),
    path("deposit/", views.deposit, name="deposit"),
    path("<int:pk>/", views.cheque, name="cheque"),
    path("<int:pk>/return/", views.returned, name="return"),
    path("<int:pk>/give-back/", views.give_back, name="give-back"),
    path("<int:pk>/certificate/", views.certificate, name="certificate"),
    path("slips/<int:pk>/", views.slip, name="slip"),
]
