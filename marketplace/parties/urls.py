"""Addresses of this room."""

from django.urls import path

from marketplace.parties.views import account, lists, people, registry, roles

app_name = "parties"
urlpatterns = [
    path("register/", registry.register, name="register"),
    path("register/done/", registry.registered, name="registered"),
    path("applications/", lists.applications, name="applications"),
    path("groups/", lists.groups, name="groups"),
    path("groups/export/", lists.groups_export, name="groups-export"),
    path("groups/<int:pk>/", registry.group, name="group"),
    path("groups/<int:pk>/members/", people.members, name="members"),
    path("groups/<int:pk>/members/add/", people.member_add, name="member-add"),
    path("groups/<int:pk>/members/join/", people.member_join, name="member-join"),
    path("members/", people.my_members, name="my-members"),
    path("members/<int:pk>/leave/", people.member_leave, name="member-leave"),
    path("buyers/", lists.buyers, name="buyers"),
    path("buyers/export/", lists.buyers_export, name="buyers-export"),
    path("buyers/<int:pk>/", registry.buyer, name="buyer"),
    path("buyers/<int:pk>/sites/add/", registry.site_add, name="site-add"),
    path("sites/<int:pk>/", registry.site_edit, name="site-edit"),
    path("sites/<int:pk>/close/", registry.site_close, name="site-close"),
    path("agencies/", lists.agencies, name="agencies"),
    path("agencies/export/", lists.agencies_export, name="agencies-export"),
    path("agencies/<int:pk>/", registry.agency, name="agency"),
    path("add/<slug:kind>/", registry.add, name="add"),
    path("<int:pk>/edit/", registry.edit, name="edit"),
    path("<int:pk>/terms/", registry.terms, name="terms"),
    path("<int:pk>/stage/", registry.stage, name="stage"),
    path("<int:pk>/invite/", roles.invite, name="invite"),
    path("roles/<int:pk>/link/", roles.link, name="role-link"),
    path("roles/<int:pk>/end/", roles.role_end, name="role-end"),
    path("persons/", lists.persons, name="persons"),
    path("persons/export/", lists.persons_export, name="persons-export"),
    path("persons/<int:pk>/", people.person, name="person"),
    path("persons/<int:pk>/edit/", people.person_edit, name="person-edit"),
    path("persons/<int:pk>/blank/", people.person_blank, name="person-blank"),
    path("cooperative/", account.cooperative, name="cooperative"),
    path("cooperative/money/", account.cooperative_money, name="cooperative-money"),
    path("cooperative/hubs/<int:pk>/", account.hub_edit, name="hub-edit"),
    path("cooperative/classes/<slug:code>/", account.buyer_class, name="buyer-class"),
    path("act-as/<int:pk>/", account.act_as, name="act-as"),
    path("account/", account.account, name="account"),
    path("on-behalf/", account.on_behalf, name="on-behalf"),
]
