"""Addresses of this room."""

from django.urls import path

from orders.invoicing.views import bills, terms

app_name = "invoicing"
urlpatterns = [
    path("", bills.bills, name="bills"),
    path("<int:pk>/", bills.bill, name="bill"),
    path("<int:pk>/void/", bills.void, name="void"),
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
