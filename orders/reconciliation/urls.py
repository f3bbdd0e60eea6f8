"""Addresses of this room."""

from django.urls import path

from orders.reconciliation import views

app_name = "reconciliation"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("rows/<int:pk>/", views.row, name="row"),
    path("applications/<int:pk>/undo/", views.undo, name="undo"),
    path("match/", views.match, name="match"),
    path("upload/", views.upload, name="upload"),
    path("passbook/", views.passbook, name="passbook"),
    path("accounts/", views.accounts, name="accounts"),
    path("certificates/", views.certificates, name="certificates"),
]
