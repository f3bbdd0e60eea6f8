"""Products and grade cards for those who work on them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue import asked
from catalogue.forms import CardForm, FactsForm, TaxForm
from catalogue.grades import Grade
from catalogue.models import GradeCard, Product
from catalogue.season import season_words
from catalogue.services import (
    TaxCategoryInput,
    archive_products,
    restore_products,
    save_facts,
    save_grade_cards,
    set_tax_categories,
)
from catalogue.sorting import thai_key
from catalogue.views import cards_for, months_of
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer, PartyKind, RoleName

OFFICE = (RoleName.STAFF, RoleName.TREASURER)
PER_PAGE = 100
KITCHEN = (RoleName.REQUESTER, RoleName.APPROVER)


@requires(*OFFICE)
def products(request: AccessedRequest) -> HttpResponse:
    """Every kind of produce with its facts, and how many cards and listings it has."""
    query = asked.words(request.GET)
    archived = request.GET.get("state") == "archived"
    found = Product.objects.filter(archived_at__isnull=not archived).defer("description")
    if query:
        found = found.filter(
            Q(title__icontains=query) | Q(title_en__icontains=query) | Q(aliases__icontains=query)
        )
    in_order = sorted(found.values_list("pk", "title"), key=lambda row: thai_key(row[1]))
    page = Paginator([pk for pk, _title in in_order], PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        product.pk: product
        for product in found.filter(pk__in=page.object_list)
        .annotate(
            card_count=Count("grade_cards", filter=Q(grade_cards__buyer=None), distinct=True),
            listing_count=Count(
                "stockrecords", filter=Q(stockrecords__archived_at=None), distinct=True
            ),
        )
        .prefetch_related("tax_categories")
    }
    rows = [shown[pk] for pk in page.object_list]
    return render(
        request,
        "goods/products.html",
        {
            "products": [
                (row, season_words(row.season_months), next(iter(row.tax_categories.all()), None))
                for row in rows
            ],
            "page_obj": page,
            "query": query,
            "archived": archived,
        },
    )


@requires(*OFFICE)
def edit_product(request: AccessedRequest, pk: int) -> HttpResponse:
    """A product's facts, tax categories and grade cards."""
    product = get_object_or_404(Product, pk=pk)
    form = FactsForm(request.POST or None, product=product)
    if request.method == "POST" and form.is_valid():
        try:
            save_facts(by=request.user, facts=[form.facts()])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("บันทึก%(product)sแล้ว") % {"product": product.name})
            return redirect("goods:product", pk=pk)
    return _product_page(request, product, form, TaxForm(initial={"valid_from": clock.today()}))


def _product_page(
    request: AccessedRequest, product: Product, form: FactsForm, tax_form: TaxForm
) -> HttpResponse:
    cards = {card.grade: card for card in product.grade_cards.filter(buyer=None)}
    bad = bool(form.errors or tax_form.errors)
    return render(
        request,
        "goods/product.html",
        {
            "product": product,
            "form": form,
            "tax_form": tax_form,
            "taxes": list(product.tax_categories.all()),
            "season": season_words(product.season_months),
            "months": months_of(product),
            "grades": [(grade, cards.get(grade.value)) for grade in Grade],
            "own": list(product.grade_cards.exclude(buyer=None).select_related("buyer")),
            "today": clock.today(),
        },
        status=422 if bad else 200,
    )


@requires(*OFFICE)
@require_POST
def add_tax(request: AccessedRequest, pk: int) -> HttpResponse:
    """Say which tax category a product has from a day on."""
    product = get_object_or_404(Product, pk=pk)
    form = TaxForm(request.POST)
    if form.is_valid():
        try:
            set_tax_categories(
                by=request.user, categories=[TaxCategoryInput(product, **form.cleaned_data)]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("บันทึกประเภทภาษีแล้ว"))
            return redirect("goods:product", pk=pk)
    return _product_page(request, product, FactsForm(product=product), form)


def _ticked(request: AccessedRequest) -> Any:
    ids = [int(value) for value in request.POST.getlist("product") if value.isdigit()]
    return Product.objects.filter(pk__in=ids)


@requires(*OFFICE)
@require_POST
def archive(request: AccessedRequest) -> HttpResponse:
    """Take the ticked products out of trade."""
    done = archive_products(by=request.user, products=_ticked(request))
    messages.success(request, _("เลิกขาย %(count)d อย่างแล้ว ประวัติยังอยู่ครบ") % {"count": len(done)})
    return redirect("goods:products")


@requires(*OFFICE)
@require_POST
def restore(request: AccessedRequest) -> HttpResponse:
    """Bring the ticked products back."""
    done = restore_products(by=request.user, products=_ticked(request))
    messages.success(request, _("นำกลับมาขาย %(count)d อย่างแล้ว") % {"count": len(done)})
    return redirect("goods:products")


@requires(*OFFICE)
def edit_card(request: AccessedRequest, pk: int, grade: str) -> HttpResponse:
    """The market's own card of a grade."""
    product = get_object_or_404(Product, pk=pk)
    return _card_page(request, product, grade, None, resolve_url("goods:product", pk))


@requires(*KITCHEN)
def specifications(request: AccessedRequest) -> HttpResponse:
    """The market's cards beside what this buyer asks for instead."""
    buyer = _buyer_of(request)
    query = asked.words(request.GET)
    rows = Product.objects.trading().defer("description")
    if query:
        rows = rows.filter(Q(title__icontains=query) | Q(aliases__icontains=query))
    cards: dict[int, list[GradeCard]] = {}
    for card in GradeCard.objects.filter(Q(buyer=None) | Q(buyer=buyer)).select_related("product"):
        cards.setdefault(card.product_id, []).append(card)
    listed = sorted(rows, key=lambda product: thai_key(product.title))
    return render(
        request,
        "goods/specifications.html",
        {
            "rows": [
                (
                    product,
                    [(grade, _chosen(cards.get(product.pk, []), grade.value)) for grade in Grade],
                )
                for product in listed
                if query or product.pk in cards
            ],
            "others": [p for p in listed if p.pk not in cards] if not query else [],
            "query": query,
            "buyer": buyer,
        },
    )


def _chosen(cards: list[GradeCard], grade: str) -> GradeCard | None:
    """The buyer's own card of a grade, else the market's."""
    fitting = [card for card in cards if card.grade == grade]
    return next((c for c in fitting if c.buyer_id), None) or next(iter(fitting), None)


@requires(*KITCHEN)
def edit_specification(request: AccessedRequest, pk: int, grade: str) -> HttpResponse:
    """The buyer's own specification of a grade."""
    product = get_object_or_404(Product.objects.trading(), pk=pk)
    return _card_page(
        request, product, grade, _buyer_of(request), resolve_url("goods:specifications")
    )


def _buyer_of(request: AccessedRequest) -> Buyer:
    """The buyer for which the reader acts: the chosen role's, else the first."""
    acting = request.access.acting
    ids = request.access.parties_as(*KITCHEN)
    chosen = acting.party_id if acting and acting.party.kind == PartyKind.BUYER else None
    pk = chosen if chosen in ids else next(iter(ids), None)
    if pk is None and request.access.is_superuser:  # looks on for the first buyer there is
        pk = Buyer.objects.order_by("pk").values_list("pk", flat=True).first()
    return get_object_or_404(Buyer, pk=pk)


def _card_page(
    request: AccessedRequest,
    product: Product,
    grade: str,
    buyer: Buyer | None,
    back: str,
) -> HttpResponse:
    """Write one card; `back` is where the reader came from."""
    if grade not in Grade.values:
        raise Http404
    present = GradeCard.objects.filter(product=product, grade=grade, buyer=buyer).first()
    initial = {"words_th": present.words_th, "words_en": present.words_en} if present else {}
    form = CardForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_grade_cards(by=request.user, cards=[form.card(product, grade, buyer)])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("บันทึกบัตรเกรดแล้ว"))
            return redirect(back)
    market = next((c for c in cards_for(product, None) if c.grade == grade), None)
    return render(
        request,
        "goods/card.html",
        {
            "shell": "shells/buyer.html" if buyer else "shells/office.html",
            "product": product,
            "grade": Grade(grade),
            "buyer": buyer,
            "present": present,
            "market": market if buyer else None,
            "form": form,
            "back_url": back,
        },
        status=422 if form.errors else 200,
    )
