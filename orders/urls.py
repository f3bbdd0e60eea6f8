"""Addresses of this room."""

from django.urls import path

from orders.views import drafts, explaining, home, orders, papers, zones

app_name = "orders"
urlpatterns = [
    path("", orders.order_list, name="list"),
    path("export.xlsx", orders.export, name="export"),
    path("today/", home.home, name="home"),
    path("grid/", drafts.grid, name="grid"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/new/", drafts.draft_new, name="draft-new"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/save/", drafts.draft_save, name="draft-save"),
    path("drafts/<int:pk>/fill/", drafts.draft_fill, name="draft-fill"),
    path("drafts/<int:pk>/copy/", drafts.draft_copy, name="draft-copy"),
    path("drafts/<int:pk>/why/", explaining.draft_why, name="draft-why"),
    path("drafts/<int:pk>/shift/", explaining.draft_shift, name="draft-shift"),
    path("drafts/<int:pk>/drop-closed/", drafts.draft_drop_closed, name="draft-drop-closed"),
    path("drafts/<int:pk>/discard/", drafts.draft_discard, name="draft-discard"),
    path("drafts/<int:pk>/restore/", drafts.draft_restore, name="draft-restore"),
    path("purchase-orders/", papers.purchase_orders, name="purchase-orders"),
    path("purchase-orders/new/", papers.purchase_order_new, name="purchase-order-new"),
    path("purchase-orders/<int:pk>/", papers.purchase_order, name="purchase-order"),
    path("zones/", zones.zones, name="zones"),
    path("zones/new/", zones.zone_new, name="zone-new"),
    path("zones/<int:pk>/", zones.zone, name="zone"),
    path("zones/<int:pk>/fee/", zones.zone_fee, name="zone-fee"),
    path("<str:number>/", orders.order, name="order"),
    path("<str:number>/change/", orders.change, name="change"),
    path("<str:number>/cancel/", orders.cancel, name="cancel"),
    path("<str:number>/print/", orders.paper, name="print"),
    path("<str:number>/purchase-order/", papers.attach, name="attach"),
]
