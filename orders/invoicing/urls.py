"""Addresses of this room."""

from django.urls import path

from orders.invoicing.views import bills, papers, quotations, sets, terms

app_name = "invoicing"
urlpatterns = [
    path("", bills.bills, name="bills"),
    path("<int:pk>/", bills.bill, name="bill"),
    path("<int:pk>/void/", bills.void, name="void"),
    path("<int:pk>/pdf/", papers.pdf, name="pdf"),
    path("<int:pk>/change/", papers.change, name="change"),
    path("papers/", papers.papers, name="papers"),
    path("papers/waiting/", papers.waiting, name="waiting"),
    path("papers/issue/", papers.issue_papers, name="issue-papers"),
    path("quotations/", quotations.quotations, name="quotations"),
    path("quotations/draft/<int:pk>/", quotations.quote, name="quote"),
    path("quotations/<int:pk>/accept/", quotations.accept, name="accept-quotation"),
    path("po/", sets.sets, name="sets"),
    path("po/<int:pk>/", sets.po, name="po"),
    path("po/<int:pk>/print/", sets.po_print, name="po-print"),
    path("po/<int:pk>/pdf/", sets.po_pdf, name="po-pdf"),
    path("po/<int:pk>/budget/", sets.budget, name="po-budget"),
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
