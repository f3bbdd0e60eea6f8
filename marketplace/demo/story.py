"""The demo's story: weeks lived through to bank and payout, one in the middle of things, weeks
still open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from catalogue.standards.models import Standard
from catalogue.standards.services import CertificateInput, add_certificates
from catalogue.supply.models import OfferShare
from catalogue.supply.services import ShareChangeInput, change_shares
from cms.demo_content import load_demo_pages
from cms.demo_market_pages import load_market_pages
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common import clock
from marketplace.cycles.models import OrderCycle
from marketplace.cycles.services import set_cutoff
from marketplace.demo.cast import FULL, SMALL, Cast
from marketplace.demo.cheques import take_cheques
from marketplace.demo.deposits import hold_deposits
from marketplace.demo.papers import (
    agree_on_papers,
    correct_a_bill,
    file_purchase_orders,
    keep_papers,
)
from marketplace.demo.payments import hand_on_deductions, write_payment_vouchers
from marketplace.demo.quoting import quote_drafts
from marketplace.demo.setting import DOMAIN, PASSWORD, Market, set_the_stage
from marketplace.demo.supposed import try_a_new_hospital
from marketplace.demo.treasury import (
    Treasury,
    agree_deductions,
    bill_week,
    leave_work_for_today,
    let_money_arrive,
    open_treasury,
    pay_before_buyers,
    pay_growers,
    pay_in_cash,
    question_statements,
    read_bank,
)
from marketplace.demo.visits import load_visits
from marketplace.demo.weeks import (
    Twists,
    announce_prices,
    buy_on_the_market,
    close_and_allocate,
    delivery_days,
    live_day,
    moment,
    offer_week,
    open_season,
    order_days,
    weigh_in,
)

Say = Callable[[str], object]


def _quiet(_: str) -> None:
    """Say nothing."""


def _by_now(planned: datetime) -> datetime:
    """The planned moment, or the present when that is still to come: nothing has happened tomorrow."""
    return min(planned, clock.now())


@dataclass
class Story:
    """A market and its treasury, living forward from a Monday."""

    market: Market
    treasury: Treasury
    monday: date
    twists: Twists = field(default_factory=Twists)
    say: Say = _quiet

    def prepare(self, weeks: int, *, ahead: int = 4) -> None:
        """Open the season, announce prices, let groups offer and buyers order for these weeks.

        `ahead`: weeks that are ordered at once (four weeks of three days are twelve deliveries).
        """
        days = delivery_days(self.monday, weeks)
        with clock.at(moment(self.monday - timedelta(days=20), 9)):
            open_season(self.market, days)
        for start in range(0, weeks, ahead):
            block = self.monday + timedelta(days=7 * start)
            length = min(ahead, weeks - start)
            with clock.at(_by_now(moment(block - timedelta(days=14), 9))):
                announce_prices(self.market, block)
                for week in range(length):
                    offer_week(self.market, delivery_days(block + timedelta(days=7 * week), 1))
            placed = _by_now(moment(block - timedelta(days=10), 10))
            with clock.at(placed):
                orders = order_days(self.market, delivery_days(block, length))
            file_purchase_orders(self.market, orders, placed)
        self.say(f"{weeks} สัปดาห์: เปิดรอบ ประกาศราคา เปิดจอง และจองแล้ว")

    def live_week(self, number: int, *, bill_everybody: bool = False) -> None:
        """Live through one week: its delivery days, its bills, its bank, its payouts."""
        monday = self.monday + timedelta(days=7 * number)
        for cycle in OrderCycle.objects.filter(
            delivery_day__range=(monday, monday + timedelta(days=6))
        ).order_by("delivery_day"):
            live_day(self.market, cycle, self.twists)
            pay_in_cash(self.treasury, moment(cycle.delivery_day, 11))
        saturday = monday + timedelta(days=5)
        bill_week(self.treasury, moment(saturday, 10), everybody=bill_everybody)
        let_money_arrive(self.treasury, monday + timedelta(days=6))
        pay_growers(self.treasury, moment(saturday, 14))
        read_bank(self.treasury, moment(monday + timedelta(days=6), 18))
        keep_papers(self.market, moment(monday + timedelta(days=6), 19))
        self.say(f"สัปดาห์ {monday:%d/%m}: ส่ง ตรวจรับ วางบิล กระทบยอด จ่ายแล้ว")


def begin(cast: Cast, monday: date, *, seed: int, say: Say = _quiet) -> Story:
    """Set the stage six weeks before the first Monday and open the books."""
    start = monday - timedelta(days=42)
    with clock.at(moment(start, 9)):
        market = set_the_stage(cast, today=start, seed=seed)
        treasury = open_treasury(market, start)
        agree_deductions(treasury)
        agree_on_papers(market, start)
    say("ตั้งตลาด: สหกรณ์ กลุ่ม ผู้ซื้อ รายการขาย")
    return Story(market, treasury, monday, say=say)


def load(*, seed: int, small: bool, say: Say | None = None) -> None:
    """Load the demo around today: four past weeks, the current one in the middle, four open.

    `seed`: the same seed and day make the same demo. `say`: told about progress.
    """
    today = clock.today()
    this_monday = today - timedelta(days=today.weekday())
    past, ahead = (2, 2) if small else (4, 4)
    story = begin(
        SMALL if small else FULL,
        this_monday - timedelta(days=7 * past),
        seed=seed,
        say=say or _quiet,
    )
    story.twists.done |= {"reject", "outside"}  # they happen in the last week lived through
    story.prepare(past + 1 + ahead)
    _expired_certificate(story, today)
    for week in range(past):
        if week == past - 1:
            story.twists.done -= {"reject", "outside"}
            last = story.monday + timedelta(days=7 * week)
            pay_before_buyers(story.treasury, moment(last, 2))
        story.live_week(week, bill_everybody=week == past // 2 - 1)
    correct_a_bill(story.market, moment(this_monday - timedelta(days=1), 20))
    take_cheques(story.treasury, moment(this_monday - timedelta(days=1), 21))
    hold_deposits(story.treasury, moment(this_monday - timedelta(days=1), 22))
    write_payment_vouchers(story.treasury, moment(this_monday - timedelta(days=1), 23))
    hand_on_deductions(story.treasury, moment(this_monday - timedelta(days=1), 23, 30))
    question_statements(story.treasury)
    _live_into(story, this_monday, today)
    quote_drafts(story.market, today)
    leave_work_for_today(story.treasury, clock.now())
    _flood(story, today)
    _administrator()
    load_demo_pages()
    load_market_pages()
    load_visits()
    record(by=None, action="demo.loaded", subject="demo:1", data={"seed": seed})


def _live_into(story: Story, monday: date, today: date) -> None:
    """Live the current week up to now: finished days are accepted, today's is half weighed in."""
    market = story.market
    days = OrderCycle.objects.filter(
        delivery_day__range=(monday, monday + timedelta(days=6))
    ).order_by("delivery_day")
    for cycle in list(days):
        if cycle.delivery_day < today:
            live_day(market, cycle, story.twists)
            continue
        cut = max(cycle.cutoffs.values_list("at", flat=True))
        if cut >= clock.now():
            continue
        close_and_allocate(market, cycle)
        cycle.refresh_from_db()
        if cycle.delivery_day == today:
            weigh_in(market, cycle, story.twists, part=0.6)
            buy_on_the_market(market, cycle)
    _something_allocated(story, today)
    story.say("สัปดาห์นี้: อยู่กลางทาง")


def _something_allocated(story: Story, today: date) -> None:
    """Whatever the weekday, one delivery day ahead is past its cut-off: it closed early this time."""
    upcoming = OrderCycle.objects.filter(delivery_day__gte=today).order_by("delivery_day")
    if upcoming.filter(state__in=["allocated", "intake"]).exists():
        return
    cycle = upcoming.filter(state="open").first()
    if cycle is None:
        return
    early = clock.now() - timedelta(minutes=20)
    for cutoff in cycle.cutoffs.select_related("buyer_class"):
        if cutoff.at > early:
            set_cutoff(by=story.market.staff, cycle=cycle, buyer_class=cutoff.buyer_class, at=early)
    close_and_allocate(story.market, cycle)


def _expired_certificate(story: Story, today: date) -> None:
    """One group's older certificate ran out three weeks ago."""
    group = story.market.groups[-1]
    with clock.at(moment(story.monday - timedelta(days=40), 9)):
        add_certificates(
            by=story.market.staff,
            certificates=[
                CertificateInput(
                    standard=Standard.objects.get(pk="ORG"),
                    number="ตัวอย่าง-หมดอายุ-1",
                    group=group,
                    issuer="หน่วยรับรองตัวอย่าง",
                    valid_from=today - timedelta(days=385),
                    valid_until=today - timedelta(days=20),
                )
            ],
        )


def _flood(story: Story, today: date) -> None:
    """A flood cuts what one district offers in the coming week by half; shortages get an owner."""
    group = next((g for g in story.market.groups if g.district_id == "9007"), None)
    if group is None:
        return
    next_monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    shares = OfferShare.objects.filter(
        harvest_offer__group=group, harvest_offer__first_day__gte=next_monday
    ).filter(harvest_offer__first_day__lt=next_monday + timedelta(days=7))
    change_shares(
        by=story.market.coordinators[group.pk],
        changes=[ShareChangeInput(share_id=share.pk, qty=share.qty // 2) for share in shares],
    )
    story.say("น้ำท่วมระโนด: ลดผลผลิตสัปดาห์หน้าครึ่งหนึ่ง")
    try_a_new_hospital(story.market)


def _administrator() -> None:
    if not User.objects.filter(email=f"admin@{DOMAIN}").exists():
        User.objects.create_superuser(
            f"admin@{DOMAIN}", PASSWORD, first_name="ผู้ดูแลระบบ", last_name="ตัวอย่าง"
        )
