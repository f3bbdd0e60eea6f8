"""Parties come in, persons join groups, users are invited; what is refused and why."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from openpyxl import load_workbook

from marketplace.accounts.models import User
from marketplace.accounts.services import blank_user, password_path
from marketplace.audit.models import AuditEntry
from marketplace.common.exceptions import Refusal
from marketplace.notifications.models import Message
from marketplace.notifications.services import send_waiting
from marketplace.parties import services
from marketplace.parties.exceptions import (
    AlreadyMember,
    AlreadyRegistered,
    CooperativeExists,
    NotInThisStage,
    NotYours,
    TreasurerOnly,
    WrongRole,
)
from marketplace.parties.exports import harmless
from marketplace.parties.models import (
    Cooperative,
    FarmerGroup,
    Membership,
    Party,
    PayoutAccount,
    Person,
    Role,
)
from marketplace.parties.services import PayoutAccountInput, PersonInput, RoleGrant, SiteInput
from tests.support import people

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

SINCE = date(2026, 1, 1)


def sign_in(client: Client, name: str, *roles: tuple[Party, str]) -> User:
    user = people.user(name, *roles)
    client.force_login(user)
    return user


# ---- the one cooperative ---------------------------------------------------------------------------


def test_there_is_one_cooperative():
    people.cooperative()
    with pytest.raises(CooperativeExists):
        people.cooperative()


def test_the_database_itself_refuses_a_second_cooperative():
    first = people.cooperative()
    with pytest.raises(IntegrityError), transaction.atomic():
        Cooperative.objects.create(code="C2", name_th="สอง", district=first.district)


# ---- applying --------------------------------------------------------------------------------------

APPLICATION = {
    "kind": "buyer",
    "buyer_class": "hotel",
    "name_th": "โรงแรมตัวอย่าง",
    "district": "9011",
    "contact_name": "คุณตัวอย่าง",
    "phone": "074-000000",
    "branch": "สำนักงานใหญ่",
}


def test_anybody_may_apply_and_waits_for_approval(client):
    assert client.post("/parties/register/", APPLICATION).status_code == 302
    party = Party.objects.get(name_th="โรงแรมตัวอย่าง")
    assert (party.kind, party.stage) == ("buyer", "applied")


def test_applying_twice_is_answered_in_words_and_stored_once(client):
    client.post("/parties/register/", APPLICATION)
    again = client.post("/parties/register/", {**APPLICATION, "name_th": " โรงแรมตัวอย่าง "})
    assert again.status_code == 422
    assert "ไม่ต้องส่งซ้ำ" in again.content.decode()
    assert Party.objects.filter(kind="buyer").count() == 1


def test_the_same_tax_number_and_branch_is_the_same_party():
    people.buyer("ร้านตัวอย่าง", "restaurant", tax_id="1234567890123")
    with pytest.raises(AlreadyRegistered):
        people.buyer("ร้านตัวอย่างชื่อใหม่", "restaurant", tax_id="1234567890123")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("buyer_class", "", "ประเภทผู้ซื้อ"),
        ("phone", "", "ติดต่อกลับ"),
        ("tax_id", "123", "13 หลัก"),
        ("name_th", "", "ยังไม่ได้ใส่"),
    ],
)
def test_a_wrong_application_keeps_what_was_typed(client, field, value, says):
    page = client.post("/parties/register/", {**APPLICATION, field: value})
    shown = page.content.decode()
    assert page.status_code == 422
    assert says in shown
    assert "คุณตัวอย่าง" in shown
    assert not Party.objects.filter(kind="buyer").exists()


def test_a_machine_that_fills_everything_in_stores_nothing(client):
    client.post("/parties/register/", {**APPLICATION, "website": "http://spam.example"})
    assert not Party.objects.exists()


def test_an_approved_applicant_is_told_by_mail_and_on_screen():
    people.group(email="group@example.test")
    send_waiting()
    assert [m.to for m in mail.outbox] == [["group@example.test"]]
    assert Message.objects.filter(channel="screen", kind="parties.approved").count() == 1


def test_a_refused_applicant_reads_the_reason():
    made = services.register_party(by=None, kind="group", name_th="กลุ่มตัวอย่าง", district_code="9003")
    with pytest.raises(Refusal, match="เหตุผล"):
        services.refuse_parties(by=None, parties=[made], reason=" ")
    services.refuse_parties(by=None, parties=[made], reason="เอกสารไม่ครบ")
    assert "เอกสารไม่ครบ" in Message.objects.get(kind="parties.refused", channel="screen").body
    made.refresh_from_db()
    assert made.stage == "archived"
    with pytest.raises(NotInThisStage):
        services.approve_parties(by=None, parties=[made])


def test_a_refused_name_may_apply_again():
    made = services.register_party(by=None, kind="group", name_th="กลุ่มตัวอย่าง", district_code="9003")
    services.refuse_parties(by=None, parties=[made], reason="เอกสารไม่ครบ")
    assert people.group("กลุ่มตัวอย่าง").stage == "active"


def test_the_cooperative_cannot_be_archived():
    with pytest.raises(NotInThisStage):
        services.archive_parties(by=None, parties=[people.cooperative()], reason="ลอง")


def test_archiving_ends_access_and_keeps_the_history(client):
    group = people.group()
    user = sign_in(client, "dao", (group, "coordinator"))
    assert client.get(f"/parties/groups/{group.pk}/").status_code == 200
    services.archive_parties(by=None, parties=[group], reason="เลิกกลุ่ม")
    assert client.get(f"/parties/groups/{group.pk}/").status_code == 403
    assert Role.objects.filter(user=user).exists()


def test_the_database_itself_deletes_nobody():
    group, person = people.group(), people.person()
    services.join_group(by=None, group=group, persons=[person], since=SINCE)
    for rows in (
        Membership.objects.all(),
        Person.objects.filter(pk=person.pk),
        Party.objects.filter(pk=group.pk),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_changed_terms_are_in_the_trail_with_before_and_after():
    buyer = people.buyer()
    services.change_terms(by=None, party=buyer, terms={"payment_days": 60})
    services.change_terms(by=None, party=buyer, terms={"payment_days": 60})
    entry = AuditEntry.objects.get(action="parties.terms.changed")
    assert entry.data == {"payment_days": [30, 60]}


def test_withholding_above_ten_percent_is_refused():
    with pytest.raises(Refusal):
        services.change_terms(by=None, party=people.buyer(), terms={"withholding_bp": 1500})


# ---- persons and members ---------------------------------------------------------------------------


def test_a_person_is_a_member_once_at_a_time():
    group, person = people.group(), people.person()
    services.join_group(by=None, group=group, persons=[person], since=SINCE)
    with pytest.raises(Refusal) as refused:
        services.join_group(by=None, group=group, persons=[person], since=date(2026, 5, 1))
    assert isinstance(refused.value.items[0], AlreadyMember)
    assert Membership.objects.count() == 1


def test_the_same_name_twice_in_one_list_is_refused():
    group, person = people.group(), people.person()
    with pytest.raises(Refusal, match="สองครั้ง"):
        services.join_group(by=None, group=group, persons=[person, person], since=SINCE)


def test_who_left_may_come_back_afterwards_and_not_within_the_old_time():
    group, person = people.group(), people.person()
    services.join_group(by=None, group=group, persons=[person], since=SINCE)
    services.leave_group(by=None, group=group, persons=[person], until=date(2026, 6, 30))
    with pytest.raises(Refusal):
        services.join_group(by=None, group=group, persons=[person], since=date(2026, 6, 1))
    services.join_group(by=None, group=group, persons=[person], since=date(2026, 7, 1))
    assert Membership.objects.count() == 2


def test_leaving_before_joining_is_refused():
    group, person = people.group(), people.person()
    services.join_group(by=None, group=group, persons=[person], since=SINCE)
    with pytest.raises(Refusal, match="ก่อนวันเข้า"):
        services.leave_group(by=None, group=group, persons=[person], until=date(2025, 12, 31))


def test_persons_without_a_name_are_named_by_their_row():
    with pytest.raises(Refusal) as refused:
        services.add_persons(by=None, persons=[PersonInput("ก", "9003"), PersonInput(" ", "9003")])
    assert [item.where for item in refused.value.items] == [1]
    assert Person.objects.count() == 0


def test_a_thai_year_is_taken_when_a_member_is_added(client):
    group = people.group()
    sign_in(client, "dao", (group, "coordinator"))
    client.post(
        f"/parties/groups/{group.pk}/members/add/",
        {"name": "ลุงดำ ตัวอย่าง", "district": "9003", "since": "1/2/2569"},
    )
    assert Membership.objects.get().since == date(2026, 2, 1)


def test_blanking_takes_the_person_away_and_keeps_the_figures(client):
    coop = people.cooperative()
    staff = sign_in(client, "staff", (coop, "staff"))
    group = people.group()
    user = people.user("grower", (group, "grower"))
    person = people.person(phone="0810000000", user=user)
    services.join_group(by=None, group=group, persons=[person], since=SINCE)
    services.set_payout_accounts(
        by=None,
        accounts=[PayoutAccountInput("bank", person, None, "ธกส.", "1234567890", "สมหญิง ตัวอย่าง")],
    )
    with pytest.raises(Refusal, match="ยังเป็นสมาชิก"):
        services.blank_person(by=staff, person=person, reason="เจ้าตัวขอ")
    services.leave_group(by=staff, group=group, persons=[person], until=date(2026, 11, 1))
    with pytest.raises(Refusal, match="บทบาท"):
        services.blank_person(by=staff, person=person, reason="เจ้าตัวขอ")
    services.end_roles(by=staff, roles=user.roles.all())
    services.blank_person(by=staff, person=person, reason="เจ้าตัวขอ")
    services.blank_person(by=staff, person=person, reason="เจ้าตัวขอ")
    person.refresh_from_db()
    user.refresh_from_db()
    account = PayoutAccount.objects.get()
    assert person.name == f"[{person.code}]"
    assert (person.phone, account.number, account.holder_name) == ("", "", "")
    assert (user.email, user.is_active) == (None, False)
    assert Membership.objects.count() == 1


# ---- roles and sign-ins ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["grower", "staff", "agency", "nonsense"])
def test_a_kind_of_party_knows_only_its_own_roles(name):
    buyer = people.buyer()
    user = people.user("u")
    with pytest.raises(Refusal) as refused:
        services.give_roles(by=None, grants=[RoleGrant(user, buyer, name)])
    assert isinstance(refused.value.items[0], WrongRole)


def test_giving_a_role_twice_gives_it_once():
    group = people.group()
    user = people.user("u")
    grant = RoleGrant(user, group, "coordinator")
    first, second = services.give_roles(by=None, grants=[grant, grant])
    (third,) = services.give_roles(by=None, grants=[grant])
    assert first == second == third
    assert Role.objects.count() == 1


def test_staff_give_no_role_at_the_cooperative():
    coop = people.cooperative()
    staff = people.user("staff", (coop, "staff"))
    with pytest.raises(TreasurerOnly):
        services.give_roles(by=staff, grants=[RoleGrant(staff, coop, "treasurer")])


def test_the_last_treasurer_cannot_be_ended():
    coop = people.cooperative()
    treasurer = people.user("t", (coop, "treasurer"))
    with pytest.raises(Refusal, match="คนสุดท้าย"):
        services.end_roles(by=treasurer, roles=treasurer.roles.all())


def test_an_invited_user_sets_a_password_once_by_the_link(client):
    coop = people.cooperative()
    sign_in(client, "staff", (coop, "staff"))
    buyer = people.buyer()
    page = client.post(
        f"/parties/{buyer.pk}/invite/",
        {"full_name": "หัวหน้าครัว ตัวอย่าง", "email": "chef@example.test", "names": ["requester"]},
    )
    link = re.search(r"http://testserver(/sign-in/password/new/[^\s<&]+)", page.content.decode())
    assert link
    send_waiting()
    assert link[1] in mail.outbox[-1].body
    assert not Message.objects.filter(channel="screen", body__contains=link[1]).exists()
    invited = Client()
    form = invited.get(link[1], follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else link[1]
    new = "ข้าวยำ-ใบบัวบก-7"
    invited.post(address, {"password1": new, "password2": new})
    user = User.objects.get(email="chef@example.test")
    assert user.check_password(new)
    assert user.get_full_name() == "หัวหน้าครัว ตัวอย่าง"
    spent = Client().get(link[1], follow=True)
    assert "password1" not in spent.content.decode()


def test_somebody_without_an_address_is_invited_by_phone(client):
    coop = people.cooperative()
    sign_in(client, "staff", (coop, "staff"))
    group, person = people.group(), people.person()
    services.join_group(by=None, group=group, persons=[person], since=SINCE)
    page = client.post(
        f"/parties/{group.pk}/invite/",
        {
            "full_name": "สมหญิง ตัวอย่าง",
            "phone": "081-234-5678",
            "names": ["grower"],
            "person": person.pk,
        },
    )
    assert page.status_code == 200
    person.refresh_from_db()
    assert person.user.phone == "+66812345678"
    assert not Message.objects.filter(channel="email").exists()


def test_no_link_is_shown_for_somebody_who_has_a_password():
    coop = people.cooperative()
    staff = people.user("staff", (coop, "staff"))
    buyer = people.buyer()
    chef = people.user("chef", (buyer, "requester"))
    with pytest.raises(NotYours):
        services.hand_link(by=staff, user=chef, party=buyer)


def test_staff_are_shown_no_link_of_the_treasurer_or_the_superuser():
    coop = people.cooperative()
    staff = people.user("staff", (coop, "staff"))
    treasurer = people.user("t", (coop, "treasurer"))
    treasurer.set_unusable_password()
    treasurer.save()
    root = User.objects.create_superuser("root@example.test")
    assert not services.may_hand_link(by=staff, user=treasurer)
    assert not services.may_hand_link(by=treasurer, user=root)
    assert services.may_hand_link(by=treasurer, user=treasurer)


def test_a_link_of_a_blanked_user_opens_nothing(client):
    user = people.user("gone")
    path = password_path(user)
    blank_user(user)
    assert "password1" not in client.get(path, follow=True).content.decode()


@pytest.mark.parametrize(
    ("email", "phone", "says"),
    [("", "", "อย่างน้อยหนึ่ง"), ("ไม่ใช่", "", "อีเมล"), ("", "123", "เบอร์โทร")],
)
def test_a_wrong_address_is_answered_in_words(email, phone, says):
    with pytest.raises(Refusal, match=says):
        services.invite(
            by=None,
            party=people.buyer(),
            names=["requester"],
            full_name="ก",
            email=email,
            phone=phone,
        )


def test_nobody_is_invited_to_a_party_that_waits():
    made = services.register_party(by=None, kind="group", name_th="กลุ่มตัวอย่าง", district_code="9003")
    with pytest.raises(NotInThisStage):
        services.invite(
            by=None, party=made, names=["coordinator"], full_name="ก", email="a@example.test"
        )


def test_one_acts_in_one_of_ones_own_roles(client):
    group, buyer = people.group(), people.buyer()
    user = sign_in(client, "both", (group, "coordinator"), (buyer, "requester"))
    other = people.user("other", (buyer, "finance"))
    as_buyer = user.roles.get(name="requester")
    assert client.get(f"/parties/act-as/{as_buyer.pk}/").status_code == 405
    client.post(f"/parties/act-as/{as_buyer.pk}/")
    assert client.session["acting_role"] == as_buyer.pk
    assert client.post(f"/parties/act-as/{other.roles.get().pk}/").status_code == 404


# ---- acting for somebody ---------------------------------------------------------------------------


def test_a_coordinator_acts_for_present_members_alone():
    group, other = people.group(), people.group("กลุ่มตัวอย่างอื่น")
    dao = people.user("dao", (group, "coordinator"))
    member, stranger = people.person(), people.person("คนอื่น ตัวอย่าง")
    services.join_group(by=None, group=group, persons=[member], since=SINCE)
    services.join_group(by=None, group=other, persons=[stranger], since=SINCE)
    assert services.acting_for(by=dao, person_ids=[member.pk]) == {member.pk: f"person:{member.pk}"}
    with pytest.raises(NotYours):
        services.acting_for(by=dao, person_ids=[member.pk, stranger.pk])
    services.leave_group(by=None, group=group, persons=[member], until=date(2026, 6, 1))
    with pytest.raises(NotYours):
        services.acting_for(by=dao, person_ids=[member.pk])


def test_ones_own_acts_are_on_nobodys_behalf():
    group = people.group()
    user = people.user("g", (group, "grower"))
    person = people.person(user=user)
    assert services.acting_for(by=user, person_ids=[person.pk]) == {person.pk: ""}
    assert services.acting_for(by=None, person_ids=[person.pk]) == {person.pk: ""}


# ---- money -----------------------------------------------------------------------------------------


def bank(person: Person, number: str = "1234567890") -> PayoutAccountInput:
    return PayoutAccountInput("bank", person, None, "ธกส.", number, "ชื่อ ตัวอย่าง")


def test_only_the_treasurer_changes_where_money_goes():
    coop = people.cooperative()
    staff = people.user("s", (coop, "staff"))
    treasurer = people.user("t", (coop, "treasurer"))
    person = people.person()
    with pytest.raises(TreasurerOnly):
        services.set_payout_accounts(by=staff, accounts=[bank(person)])
    services.set_payout_accounts(by=treasurer, accounts=[bank(person)])
    services.set_payout_accounts(by=treasurer, accounts=[bank(person)])
    services.set_payout_accounts(by=treasurer, accounts=[bank(person, "999-8-88888-1")])
    rows = PayoutAccount.objects.order_by("pk")
    assert [(row.number, row.ended_at is None) for row in rows] == [
        ("1234567890", False),
        ("9998888881", True),
    ]
    assert not AuditEntry.objects.filter(data__icontains="9998888881").exists()


@pytest.mark.parametrize(
    ("account", "says"),
    [
        (PayoutAccountInput("bank", bank="ธกส.", number="12", holder_name="ก"), "8 ถึง 15"),
        (PayoutAccountInput("bank", number="1234567890"), "ธนาคาร"),
        (PayoutAccountInput("promptpay", number="12345"), "พร้อมเพย์"),
        (PayoutAccountInput("cash", number="12345"), "เงินสด"),
        (PayoutAccountInput("shells"), "วิธีรับเงิน"),
        (PayoutAccountInput("cash"), "ผู้รับเงินหนึ่งราย"),
    ],
)
def test_an_incomplete_account_is_refused(account, says):
    with pytest.raises(Refusal, match=says):
        services.set_payout_accounts(by=None, accounts=[account])


def test_an_agency_sees_no_bank_data_anywhere(client):
    group = people.group()
    services.set_payout_accounts(
        by=None,
        accounts=[PayoutAccountInput("bank", None, group, "ธกส.", "1234567890", "กลุ่มตัวอย่าง")],
    )
    made = services.register_party(
        by=None, kind="agency", name_th="สำนักงานตัวอย่าง", district_code="9001"
    )
    services.approve_parties(by=None, parties=[made])
    sign_in(client, "officer", (made, "agency"))
    page = client.get(f"/parties/groups/{group.pk}/").content.decode()
    assert group.name_th in page
    assert "7890" not in page
    assert "บัญชีรับเงิน" not in page


def test_staff_see_an_account_masked(client):
    coop = people.cooperative()
    sign_in(client, "staff", (coop, "staff"))
    person = people.person()
    services.set_payout_accounts(by=None, accounts=[bank(person)])
    page = client.get(f"/parties/persons/{person.pk}/").content.decode()
    assert "•••7890" in page
    assert "1234567890" not in page


# ---- sites and lists -------------------------------------------------------------------------------


def test_a_site_needs_a_name_of_its_own_and_hours_in_order():
    from datetime import time

    buyer = people.buyer()
    services.add_sites(by=None, sites=[SiteInput(buyer, "ครัว", "9011")])
    with pytest.raises(Refusal) as refused:
        services.add_sites(
            by=None,
            sites=[
                SiteInput(buyer, "ครัว", "9011"),
                SiteInput(buyer, "หอพัก", "9011", "", time(9), time(8)),
            ],
        )
    assert [item.code for item in refused.value.items] == ["same-name", "hours"]


@pytest.mark.parametrize("text", ["=1+1", "+66", "-1", "@SUM", " =1", "\t=1"])
def test_a_formula_in_a_name_is_only_text(text):
    assert harmless(text) == "'" + text


def test_the_list_is_downloaded_as_it_is_filtered(client):
    coop = people.cooperative()
    sign_in(client, "staff", (coop, "staff"))
    people.group("=HYPERLINK(ตัวอย่าง)", district="9003")
    people.group("กลุ่มตัวอย่างอื่น", district="9004")
    answer = client.get("/parties/groups/export/", {"district": "9003"})
    from io import BytesIO

    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert len(rows) == 2
    assert rows[1][1] == "'=HYPERLINK(ตัวอย่าง)"


@pytest.mark.parametrize("address", ["/parties/groups/", "/parties/buyers/", "/parties/persons/"])
def test_a_list_asks_the_database_the_same_however_long_it_is(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    coop = people.cooperative()
    sign_in(client, "staff", (coop, "staff"))

    def grow(start: int, count: int) -> None:
        for n in range(start, start + count):
            group = people.group(f"กลุ่มตัวอย่าง {n}")
            people.buyer(f"ผู้ซื้อตัวอย่าง {n}")
            services.join_group(
                by=None, group=group, persons=[people.person(f"คน {n}")], since=SINCE
            )

    grow(0, 2)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    grow(2, 12)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_searching_finds_by_any_word(client):
    coop = people.cooperative()
    sign_in(client, "staff", (coop, "staff"))
    people.group("กลุ่มผักตัวอย่าง เขาพระ")
    people.group("กลุ่มผลไม้ตัวอย่าง")
    shown = client.get("/parties/groups/", {"q": "เขาพระ ผัก"}).content.decode()
    assert "เขาพระ" in shown
    assert "ผลไม้" not in shown
    assert FarmerGroup.objects.matching("ไม่มีคำนี้").count() == 0
