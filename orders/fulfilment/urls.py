"""Addresses of this room."""

from django.urls import path

from orders.fulfilment.views import acceptance, growers, hub, moves, notices, packing, scale

app_name = "fulfilment"
urlpatterns = [
    path("", hub.today, name="today"),
    path("cycles/<int:pk>/", hub.cycle, name="cycle"),
    path("cycles/<int:pk>/close-intake/", hub.close, name="close-intake"),
    path("cycles/<int:pk>/sheet/", hub.day_sheet, name="day-sheet"),
    path("cycles/<int:pk>/balance/", hub.balance, name="balance"),
    path("cycles/<int:pk>/lots/", hub.lots, name="lots"),
    path("cycles/<int:pk>/outside/", hub.outside, name="outside"),
    path("waiting/", hub.waiting, name="waiting"),
    path("lots/<int:pk>/change/", hub.change_lot, name="change-lot"),
    path("lots/<int:pk>/dispose/", hub.dispose, name="dispose"),
    path("cycles/<int:pk>/notices/", notices.notices, name="notices"),
    path("cycles/<int:pk>/notices/issue/", notices.issue, name="issue-notices"),
    path("cycles/<int:pk>/moves/", moves.moves, name="moves"),
    path("mine/", growers.grower_home, name="grower-home"),
    path("mine/acknowledge/", notices.acknowledge, name="acknowledge"),
    path("group/", growers.coordinator_home, name="coordinator-home"),
    path("scale/", scale.now, name="scale-now"),
    path("cycles/<int:pk>/scale/", scale.scale, name="scale"),
    path("weighings/<int:pk>/undo/", scale.undo, name="undo-weighing"),
    path("lots/<str:code>/slip/", scale.slip, name="slip"),
    path("packing/", packing.now, name="packing-now"),
    path("cycles/<int:pk>/packing/", packing.packing, name="packing"),
    path("deliveries/<int:pk>/", packing.delivery, name="delivery"),
    path("deliveries/<int:pk>/labels/", packing.labels, name="labels"),
    path("deliveries/<int:pk>/note/", packing.note, name="note"),
    path("crates/", packing.crates, name="crates"),
    path("arrivals/", acceptance.arrivals, name="arrivals"),
    path("chase/", acceptance.chase, name="chase"),
    path("deliveries/<int:pk>/accept/", acceptance.accept, name="accept"),
    path("deliveries/<int:pk>/accepted/", acceptance.accepted, name="accepted"),
    path("deliveries/<int:pk>/proof/<str:what>/", acceptance.proof, name="proof"),
]
