"""Addresses of this room."""

from django.urls import path

from orders.invoicing.views import bills, papers, terms

app_name = "invoicing"
urlpatterns = [
    path("", bills.bills, name="bills"),
    path("<int:pk>/", bills.bill, name="bill"),
    path("<int:pk>/void/", bills.void, name="void"),
    path("<int:pk>/change/", papers.change, name="change"),
    path("papers/", papers.papers, name="papers"),
    path("papers/waiting/", papers.waiting, name="waiting"),
    path("papers/issue/", papers.issue_papers, name="issue-papers"),
    path("vat/", papers.vat, name="vat"),
    path("month/", bills.month, name="month"),
    path("month/issue/", bills.issue, name="issue"),
    path("ageing/", bills.ageing, name="ageing"),
    path("deliveries/<int:pk>/", bills.delivery, name="delivery"),
    path("unpriced/", bills.unpriced, name="unpriced"),
    path("carrying/", terms.carrying, name="carrying"),
    path("year-end/", terms.year_end, name="year-end"),
    path("terms/", terms.terms_list, name="terms-list"),
    path("terms/<int:pk>/", terms.terms, name="terms"),
]
