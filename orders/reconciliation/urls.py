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
    path("profiles/", views.profiles, name="profiles"),
    path("profiles/new/", views.profile, name="profile_new"),
    path("profiles/<int:pk>/", views.profile, name="profile"),
    path("rows/<int:pk>/note/", views.note, name="note"),
    path("applications/<int:pk>/own/", views.own, name="own"),
    path("rows/<int:pk>/take-back/", views.returned, name="returned"),
    path("matching/", views.matching, name="matching"),
    path("payers/", views.payers, name="payers"),
    path("suspense/", views.suspense, name="suspense"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("certificates/", views.certificates, name="certificates"),
]
