"""Addresses of this room."""

from django.urls import path

from orders.settlement import views

app_name = "settlement"
urlpatterns = [
    path("", views.home, name="home"),
    path("ahead/", views.cash_ahead, name="ahead"),
    path("taxes/", views.taxes, name="taxes"),
    path("members-year/", views.members_year, name="members-year"),
    path("growers/", views.growers, name="growers"),
    path("groups/<int:pk>/", views.group_statement, name="group"),
    path("persons/<int:pk>/", views.person_statement, name="person"),
    path("mine/", views.mine, name="mine"),
    path("payees/", views.payees, name="payees"),
    path("payees/person/<int:pk>/", views.person_payee, name="person-payee"),
    path("payees/group/<int:pk>/", views.group_payee, name="group-payee"),
    path("deductions/", views.deductions, name="deductions"),
    path("deductions/new/", views.new_deduction, name="new-deduction"),
    path("deductions/terms/", views.terms, name="deduction-terms"),
    path("deductions/<int:pk>/<slug:step>/", views.move_deduction, name="move-deduction"),
    path("hand-on/", views.hand_ons, name="hand-ons"),
    path("hand-on/new/<slug:kind>/", views.new_hand_on, name="new-hand-on"),
    path("hand-on/<int:pk>/", views.hand_on, name="hand-on"),
    path("hand-on/<int:pk>/<slug:step>/", views.decide_hand_on, name="decide-hand-on"),
    path("early/", views.early, name="early"),
    path("early/<int:pk>/<slug:step>/", views.move_early, name="move-early"),
    path("notes/", views.notes, name="notes"),
    path("notes/<int:pk>/answer/", views.answer, name="answer-note"),
    path("owed/<int:pk>/question/", views.question, name="question"),
    path("payouts/", views.payouts, name="payouts"),
    path("payouts/<int:pk>/", views.batch, name="batch"),
    path("payouts/limits/", views.limits, name="payout-limits"),
    path("payouts/<int:pk>/files/<slug:profile>/", views.payout_file, name="payout-file"),
    path("payouts/<int:pk>/<slug:step>/", views.move_batch, name="move-batch"),
    path("items/<int:pk>/failed/", views.fail, name="fail"),
    path("items/<int:pk>/returned/", views.came_back, name="came-back"),
    path("cash/", views.cash, name="cash"),
    path("payments/", views.payment_vouchers, name="payment-vouchers"),
    path(
        "payments/new/<slug:kind>/<int:pk>/", views.new_payment_voucher, name="new-payment-voucher"
    ),
    path("payments/<int:pk>/", views.payment_voucher, name="payment-voucher"),
    path("payments/<int:pk>/pdf/", views.payment_voucher_pdf, name="payment-voucher-pdf"),
    path("payments/<int:pk>/decide/", views.decide_voucher, name="decide-payment-voucher"),
    path("payments/<int:pk>/void/", views.void_voucher, name="void-payment-voucher"),
    path("vouchers/<int:pk>/", views.voucher, name="voucher"),
]
