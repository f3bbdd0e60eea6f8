"""Telling a harvest on a phone: five screens, one question each, kept as a draft on the way.

The draft lives in the session: going back, closing the phone or a broken line loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.prices import farm_gate_prices
from catalogue.standards.models import Standard
from catalogue.supply import services
from catalogue.supply.forms import words_of
from catalogue.supply.models import OfferShare, Plot, ShareChange
from catalogue.supply.reading import amount_of, days_of
from catalogue.supply.services import OfferInput, ShareInput
from catalogue.supply.views.answers import (
    DONE,
    DRAFT,
    STEPS,
    Draft,
    Teller,
    ask_page,
    teller_of,
    window_of,
)
from catalogue.supply.views.questions import ask_days, ask_much, ask_quality, ask_what
from marketplace.common.dates import format_date, harvest_and_delivery, harvest_day
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht_short, value_of
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName

TELLERS = (RoleName.GROWER, RoleName.COORDINATOR)


@requires(*TELLERS)
def start(request: AccessedRequest) -> HttpResponse:
    """Begin anew, or with what was told last."""
    teller = teller_of(request)
    if teller is None:
        return render(request, "supply/nobody.html")
    draft = Draft()
    if request.method == "POST" and "same" in request.POST:
        last = services.last_told(person_id=teller.person.pk, group_id=teller.group.pk)
        if last is not None:
            draft.product, draft.qty, draft.grade = last.product_id, last.qty, last.grade
            draft.standards, draft.min_price = list(last.standards), last.min_price_satang
            if Plot.objects.filter(pk=last.plot_id or 0, archived_at__isnull=True).exists():
                draft.plot = last.plot_id
    draft.keep(request)
    return redirect("supply:tell-step", draft.first_open_step())


@requires(*TELLERS)
def step(request: AccessedRequest, name: str) -> HttpResponse:
    """Ask one question, or keep its answer and go on to the next."""
    if name not in STEPS:
        raise Http404
    teller = teller_of(request)
    if teller is None:
        return render(request, "supply/nobody.html")
    draft = Draft.of(request)
    missing = draft.first_open_step()
    if STEPS.index(name) > STEPS.index(missing):
        told = request.POST.get("key")
        if name == "check" and told and told == request.session.get(DONE, {}).get("key"):
            return redirect("supply:told")
        return redirect("supply:tell-step", missing)
    ask: Callable[[AccessedRequest, Teller, Draft], HttpResponse] = {
        "what": ask_what,
        "much": ask_much,
        "days": ask_days,
        "quality": ask_quality,
        "check": _check,
    }[name]
    return ask(request, teller, draft)


def inputs_of(draft: Draft, teller: Teller) -> list[OfferInput]:
    """Return the offers a finished draft means: one a day, or one over the whole window."""
    assert draft.product is not None
    assert draft.qty is not None
    first, last = window_of(draft)
    windows = [(first, last)] if draft.whole else [(day, day) for day in draft.delivery_days]
    return [
        OfferInput(
            group_id=teller.group.pk,
            product_id=draft.product,
            grade=draft.grade,
            first_day=start,
            last_day=end,
            shares=[ShareInput(teller.person.pk, draft.qty, draft.plot)],
            standards=draft.standards,
            min_price_satang=draft.min_price,
        )
        for start, end in windows
    ]


def _unbroken(both: str) -> str:
    """Let a line break between the two days, never inside one of them."""
    return " · ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in both.split(" · "))


def read_back(draft: Draft, product: Product, who: str) -> list[str]:
    """Put the draft into short sentences, as they are spoken."""
    lead, days = product.harvest_lead_days, draft.delivery_days
    facts = {
        "who": who,
        "product": product.name,
        "amount": amount_of(product, draft.qty or 0),
        "grade": Grade(draft.grade).label,
    }
    if draft.whole:
        first, last = window_of(draft)
        lines = [
            _("%(who)sจะมี%(product)s %(amount)s %(grade)s") % facts,
            _("ส่งวันไหนก็ได้ ตั้งแต่ %(first)s ถึง %(last)s")
            % {"first": format_date(first, "full"), "last": format_date(last, "full")},
            _("เก็บได้ตั้งแต่ %(first)s ถึง %(last)s")
            % {
                "first": format_date(harvest_day(first, lead), "day"),
                "last": format_date(harvest_day(last, lead), "day"),
            },
        ]
    else:
        lines = [
            (
                _("%(who)sจะมี%(product)s %(amount)s %(grade)s")
                if len(days) == 1
                else _("%(who)sจะมี%(product)s วันละ %(amount)s %(grade)s")
            )
            % facts,
            *(_unbroken(harvest_and_delivery(day, lead)) for day in days),
        ]
    return lines


def _check(request: AccessedRequest, teller: Teller, draft: Draft) -> HttpResponse:
    product = get_object_or_404(Product, pk=draft.product)
    problem: Refusal | None = None
    if request.method == "POST":
        try:
            made = services.tell_harvests(
                by=request.user, key=draft.key, offers=inputs_of(draft, teller)
            )
        except Refusal as refusal:
            problem = refusal
        else:
            request.session[DONE] = {"key": draft.key, "offers": [offer.pk for offer in made]}
            del request.session[DRAFT]
            return redirect("supply:told")
    prices = farm_gate_prices(days=draft.delivery_days, product_ids=[product.pk])
    found = {prices.get((product.pk, draft.grade, day)) for day in draft.delivery_days}
    price = found.pop() if len(found) == 1 else None
    qty = (draft.qty or 0) * (1 if draft.whole else len(draft.days))
    return ask_page(
        request,
        "check",
        {
            "lines": read_back(draft, product, str(teller.person)),
            "product": product,
            "draft": draft,
            "plot": Plot.objects.filter(pk=draft.plot or 0).first(),
            "standards": Standard.objects.filter(pk__in=draft.standards),
            "price": price,
            "worth": format_baht_short(value_of(qty, price, per=product.per)) if price else "",
            "problems": words_of(problem),
        },
        wrong=problem is not None,
    )


@requires(*TELLERS)
def told(request: AccessedRequest) -> HttpResponse:
    """Say that it was taken, and offer to undo it."""
    ids = request.session.get(DONE, {}).get("offers", [])
    person_id = request.access.person_id or 0
    shares = list(
        OfferShare.objects.for_access(request.access)
        .filter(harvest_offer_id__in=ids, person_id=person_id)
        .select_related("harvest_offer__product")
        .order_by("harvest_offer__first_day", "pk")
    )
    if not shares:
        return redirect("supply:mine")
    newest = {c.share_id: c for c in ShareChange.objects.filter(share__in=shares).order_by("pk")}
    undone = {c.share_id for c in newest.values() if c.undoes_id}
    rows = [
        {
            "share": s,
            "change": newest.get(s.pk),
            "undone": s.pk in undone,
            "words": amount_of(s.harvest_offer.product, s.qty),
            "days": days_of(s.harvest_offer),
        }
        for s in shares
    ]
    return render(request, "supply/told.html", {"rows": rows})
