"""Addresses of this room."""

from django.urls import path

from orders.invoicing import views

app_name = "invoicing"
urlpatterns = [
    path("", views.bills, name="bills"),
    path("<int:pk>/", views.bill, name="bill"),
    path("<int:pk>/void/", views.void, name="void"),
    path("month/", views.month, name="month"),
    path("month/issue/", views.issue, name="issue"),
    path("ageing/", views.ageing, name="ageing"),
    path("deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("unpriced/", views.unpriced, name="unpriced"),
]
