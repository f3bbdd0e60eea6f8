"""Addresses of this room."""

from django.urls import path

from orders.gateway import views

app_name = "gateway"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("bills/<int:pk>/", views.pay, name="pay"),
    path("payments/<int:pk>/", views.payment, name="payment"),
    path("payments/<int:pk>/refund/", views.refund, name="refund"),
]
