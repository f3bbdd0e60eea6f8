"""Every address of the market.

Thai public pages have no prefix, English ones stand under `/en/` (Oscar's and Wagtail's).
Everything else is outside: pages of people who work here follow the person's language.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from marketplace.accounts.doors import closed_doors

shop: Any = apps.get_app_config("oscar")

urlpatterns: list[Any] = [
    path("", include("marketplace.web.urls")),
    path("", include("cms.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *closed_doors,
    path("sign-in/", include("marketplace.accounts.urls")),
    path("parties/", include("marketplace.parties.urls")),
    path("cycles/", include("marketplace.cycles.urls")),
    path("messages/", include("marketplace.notifications.urls")),
    path("ledger/", include("marketplace.ledger.urls")),
    path("goods/", include("catalogue.work_urls")),
    path("standards/", include("catalogue.standards.urls")),
    path("prices/", include("catalogue.partner.urls")),
    path("supply/", include("catalogue.supply.urls")),
    path("orders/", include("orders.urls")),
    path("allocation/", include("orders.allocation.urls")),
    path("substitutes/", include("orders.substitution.urls")),
    path("fulfilment/", include("orders.fulfilment.urls")),
    path("bills/", include("orders.invoicing.urls")),
    path("bank/", include("orders.reconciliation.urls")),
    path("settlement/", include("orders.settlement.urls")),
    path("pay/", include("orders.gateway.urls")),
    path("cheques/", include("orders.cheques.urls")),
    path("deposits/", include("orders.deposits.urls")),
    path("what-if/", include("orders.simulator.urls")),
    path("webhooks/", include("orders.gateway.webhook_urls")),
    path("t/", include("orders.fulfilment.trace_urls")),
    path("enquiries/", include("cms.enquiries.urls")),
    path("hosting/", include("cms.hosting.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]
if settings.MOUNT_DJANGO_ADMIN:
    urlpatterns.append(path("django-admin/", admin.site.urls))
if settings.DEBUG:
    from django.conf.urls.static import static

    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

urlpatterns += i18n_patterns(
    path("ask/", include("cms.enquiries.ask_urls")),
    path("", include(shop.urls[0])),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)

handler400 = "marketplace.web.errors.bad_request"
handler403 = "marketplace.web.errors.forbidden"
handler404 = "marketplace.web.errors.not_found"
handler500 = "marketplace.web.errors.server_error"
