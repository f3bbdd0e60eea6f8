"""A stand-in for Stripe over real HTTP: intents, card pages, refunds, payouts and their balance.

It keeps state, refuses parameters that the library's own TypedDicts do not name, honours
idempotency keys, takes fees, and sends signed events with a seeded schedule of faults. It speaks
the API's objects, so `orders.gateway` talks to it by `STRIPE_API_BASE` as to Stripe.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe
from stripe import params as known

from marketplace.common import clock

PARAMS = {
    ("POST", "payment_intents"): known.PaymentIntentCreateParams,
    ("GET", "payment_intents/ID"): known.PaymentIntentRetrieveParams,
    ("POST", "payment_intents/ID/cancel"): known.PaymentIntentCancelParams,
    ("POST", "payment_intents/ID/confirm"): known.PaymentIntentConfirmParams,
    ("POST", "checkout/sessions"): known.checkout.SessionCreateParams,
    ("GET", "checkout/sessions/ID"): known.checkout.SessionRetrieveParams,
    ("POST", "checkout/sessions/ID/expire"): known.checkout.SessionExpireParams,
    ("POST", "refunds"): known.RefundCreateParams,
    ("GET", "refunds/ID"): known.RefundRetrieveParams,
    ("GET", "payouts"): known.PayoutListParams,
    ("GET", "payouts/ID"): known.PayoutRetrieveParams,
    ("GET", "balance_transactions"): known.BalanceTransactionListParams,
    ("GET", "balance"): known.BalanceRetrieveParams,
    ("GET", "events"): known.EventListParams,
    ("GET", "events/ID"): known.EventRetrieveParams,
}
FEE_BP = {"promptpay": 165, "card": 365}


class Refused(Exception):
    """An API error."""

    def __init__(self, status: int, kind: str, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, "code": code or None}}


class FakeStripe:
    """The state of one Stripe account.

    Attributes:
        secret: signs the events.
        events: everything that happened, in order.
        fail_next: faults of the next replies: "500" (after the work is done), "timeout" (the same,
            and the connection is cut).
    """

    def __init__(self, secret: str = "whsec_example") -> None:
        self.secret = secret
        self.lock = threading.RLock()
        self.objects: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[str, int, dict[str, Any]]] = {}
        self.events: list[dict[str, Any]] = []
        self.fail_next: list[str] = []
        self.requests: list[str] = []
        self.count = 0

    # ---- what a test makes happen ----------------------------------------------------------------

    def scan(self, intent_id: str) -> None:
        """A payer scans the QR of an intent, or its card is charged."""
        with self.lock:
            intent = self.objects[intent_id]
            assert intent["status"] in ("requires_action", "requires_payment_method")
            method = intent["payment_method_types"][0]
            fee = intent["amount"] * FEE_BP[method] // 10_000
            moved = self.balance("charge", intent["amount"], fee)
            charge = self.new(
                "ch", "charge", amount=intent["amount"], balance_transaction=moved["id"]
            )
            moved["source"] = charge["id"]
            intent |= {
                "status": "succeeded",
                "amount_received": intent["amount"],
                "latest_charge": charge["id"],
                "next_action": None,
            }
            self.tell("payment_intent.succeeded", intent)

    def pay_card(self, session_id: str) -> str:
        """A payer fills in the card page; returns the intent."""
        with self.lock:
            session = self.objects[session_id]
            intent = self.new(
                "pi",
                "payment_intent",
                amount=session["amount_total"],
                amount_received=0,
                status="requires_payment_method",
                payment_method_types=["card"],
                latest_charge=None,
                next_action=None,
                last_payment_error=None,
            )
            self.scan(intent["id"])
            session |= {"payment_intent": intent["id"], "status": "complete", "url": None}
            self.tell("checkout.session.completed", session)
            return str(intent["id"])

    def decline(self, intent_id: str) -> None:
        """The bank refuses, or the QR ran out."""
        with self.lock:
            self.objects[intent_id] |= {
                "status": "requires_payment_method",
                "next_action": None,
                "last_payment_error": {"message": "The payment was declined."},
            }
            self.tell("payment_intent.payment_failed", self.objects[intent_id])

    def move_refund(self, refund_id: str, status: str) -> None:
        """The payer named a bank account (pending, succeeded), or the refund failed."""
        with self.lock:
            refund = self.objects[refund_id]
            if status == "succeeded" and not refund["balance_transaction"]:
                moved = self.balance("refund", -refund["amount"], 0, source=refund_id)
                refund["balance_transaction"] = moved["id"]
            refund["status"] = status
            self.tell("refund.failed" if status == "failed" else "refund.updated", refund)

    def pay_out(self) -> str:
        """Everything in the balance is sent to the bank at once."""
        with self.lock:
            free = [m for m in self.all("balance_transaction") if m["payout"] is None]
            satang = sum(m["net"] for m in free)
            payout = self.new(
                "po",
                "payout",
                amount=satang,
                currency="thb",
                status="paid",
                automatic=True,
                arrival_date=self.now(),
                reconciliation_status="completed",
            )
            for moved in free:
                moved["payout"] = payout["id"]
            own = self.balance("payout", -satang, 0, source=payout["id"])
            own["payout"] = payout["id"]
            self.tell("payout.paid", payout)
            self.tell("payout.reconciliation_completed", payout)
            return str(payout["id"])

    def message(self, event: dict[str, Any], *, skew: int = 0) -> tuple[bytes, str]:
        """An event as sent: body and signature, `skew` seconds off."""
        body = json.dumps(event)
        signed = stripe.WebhookSignature.generate_signature_header(
            body, self.secret, self.now() + skew
        )
        return body.encode(), signed

    def schedule(self, seed: int) -> list[dict[str, Any]]:
        """All events with faults: some twice, some lost, in any order; the seed decides."""
        chance = random.Random(seed)
        sent = [event for event in self.events for _copy in range(chance.choice([0, 1, 1, 2, 3]))]
        chance.shuffle(sent)
        return sent

    def deliver(self, url: str, events: list[dict[str, Any]]) -> list[int]:
        """Send events over HTTP; returns the statuses."""
        statuses = []
        for event in events:
            body, signed = self.message(event)
            request = urllib.request.Request(
                url,
                data=body,
                headers={"Stripe-Signature": signed, "Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    statuses.append(answer.status)
            except urllib.error.HTTPError as error:
                statuses.append(error.code)
        return statuses

    # ---- objects -----------------------------------------------------------------------------------

    def now(self) -> int:
        return int(clock.now().timestamp())

    def new(self, prefix: str, kind: str, **fields: Any) -> dict[str, Any]:
        self.count += 1
        made = {"id": f"{prefix}_{self.count:08d}", "object": kind, "created": self.now(), **fields}
        self.objects[made["id"]] = made
        return made

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.objects.values() if one["object"] == kind]

    def balance(self, category: str, amount: int, fee: int, source: str = "") -> dict[str, Any]:
        return self.new(
            "txn",
            "balance_transaction",
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency="thb",
            reporting_category=category,
            type=category,
            source=source,
            payout=None,
        )

    def tell(self, kind: str, about: dict[str, Any]) -> None:
        self.count += 1
        self.events.append(
            {
                "id": f"evt_{self.count:08d}",
                "object": "event",
                "type": kind,
                "created": self.now(),
                "data": {"object": json.loads(json.dumps(about))},
            }
        )

    # ---- the API -----------------------------------------------------------------------------------

    def answer(
        self, verb: str, path: str, sent: dict[str, Any], key: str
    ) -> tuple[int, dict[str, Any]]:
        """One request; the same key and parameters get the same answer, others are refused."""
        with self.lock:
            self.requests.append(f"{verb} {path}")
            asked = json.dumps([path, sent], sort_keys=True)
            if verb == "POST" and key in self.answers:
                before, status, body = self.answers[key]
                if before != asked:
                    raise Refused(
                        400,
                        "idempotency_error",
                        "Keys for idempotent requests can only be used with the same parameters.",
                    )
                return status, body
            body = json.loads(json.dumps(self.work(verb, path, sent)))
            if verb == "POST" and key:
                self.answers[key] = (asked, 200, body)
            return 200, body

    def work(self, verb: str, path: str, sent: dict[str, Any]) -> dict[str, Any]:
        match = re.fullmatch(r"(checkout/sessions|[a-z_]+)(?:/([a-z]+_\d+))?(?:/([a-z]+))?", path)
        if match is None:
            raise Refused(404, "invalid_request_error", f"Unrecognized request URL {path}")
        name, pk, act = match.groups()
        route = (verb, "/".join(part for part in (name, pk and "ID", act) if part))
        if route not in PARAMS:
            raise Refused(404, "invalid_request_error", f"Unrecognized request URL {path}")
        unknown = set(sent) - set(PARAMS[route].__annotations__)
        if unknown:
            raise Refused(
                400,
                "invalid_request_error",
                f"Received unknown parameter: {sorted(unknown)[0]}",
                "parameter_unknown",
            )
        if pk is not None and pk not in self.objects:
            raise Refused(404, "invalid_request_error", f"No such object: {pk}", "resource_missing")
        steps: dict[tuple[str, str], Callable[[], dict[str, Any]]] = {
            ("POST", "payment_intents"): lambda: self.create_intent(sent),
            ("POST", "payment_intents/ID/confirm"): lambda: self.confirm(self.objects[pk]),
            ("POST", "payment_intents/ID/cancel"): lambda: self.cancel(self.objects[pk]),
            ("POST", "checkout/sessions"): lambda: self.create_session(sent),
            ("POST", "checkout/sessions/ID/expire"): lambda: self.expire(self.objects[pk]),
            ("POST", "refunds"): lambda: self.create_refund(sent),
            ("GET", "balance"): self.read_balance,
        }
        if route in steps:
            found = steps[route]()
        elif pk is not None:
            found = self.objects[pk]
        else:
            found = self.listed(name, sent)
        return self.expanded(found, sent.get("expand", []))

    def create_intent(self, sent: dict[str, Any]) -> dict[str, Any]:
        if int(sent["amount"]) < 1_000 or sent["currency"] != "thb":
            raise Refused(400, "invalid_request_error", "Amount too small", "amount_too_small")
        intent = self.new(
            "pi",
            "payment_intent",
            amount=int(sent["amount"]),
            amount_received=0,
            currency="thb",
            status="requires_payment_method",
            payment_method_types=sent["allowed_payment_method_types"],
            metadata=sent.get("metadata", {}),
            latest_charge=None,
            next_action=None,
            last_payment_error=None,
        )
        if "payment_method_data" in sent:
            data = sent["payment_method_data"]
            allowed = known.PaymentIntentCreateParamsPaymentMethodData.__annotations__
            if set(data) - set(allowed):
                raise Refused(400, "invalid_request_error", "unknown", "parameter_unknown")
            if data["type"] == "promptpay" and not data.get("billing_details", {}).get("email"):
                raise Refused(400, "invalid_request_error", "PromptPay needs billing email")
            intent["status"] = "requires_confirmation"
        if sent.get("confirm") == "true":
            self.confirm(intent)
        return intent

    def confirm(self, intent: dict[str, Any]) -> dict[str, Any]:
        if intent["status"] != "requires_confirmation":
            raise Refused(400, "invalid_request_error", "unexpected state", "unexpected_state")
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "type": "promptpay_display_qr_code",
            "promptpay_display_qr_code": {
                "data": f"00020101021253037645802TH{intent['id']}",
                "hosted_instructions_url": "https://stripe.example/promptpay",
                "image_url_png": "https://stripe.example/qr.png",
                "image_url_svg": "https://stripe.example/qr.svg",
            },
        }
        self.tell("payment_intent.requires_action", intent)
        return intent

    def cancel(self, intent: dict[str, Any]) -> dict[str, Any]:
        if intent["status"] in ("succeeded", "canceled", "processing"):
            raise Refused(400, "invalid_request_error", "unexpected", "unexpected_state")
        intent |= {"status": "canceled", "next_action": None}
        self.tell("payment_intent.canceled", intent)
        return intent

    def create_session(self, sent: dict[str, Any]) -> dict[str, Any]:
        total = sum(
            int(line["price_data"]["unit_amount"]) * int(line["quantity"])
            for line in _listed(sent["line_items"])
        )
        return self.new(
            "cs",
            "checkout.session",
            amount_total=total,
            status="open",
            payment_intent=None,
            url="https://stripe.example/pay",
            metadata=sent.get("metadata", {}),
        )

    def expire(self, session: dict[str, Any]) -> dict[str, Any]:
        if session["status"] != "open":
            raise Refused(400, "invalid_request_error", "not open")
        session |= {"status": "expired", "url": None}
        self.tell("checkout.session.expired", session)
        return session

    def create_refund(self, sent: dict[str, Any]) -> dict[str, Any]:
        intent = self.objects[sent["payment_intent"]]
        given = sum(
            refund["amount"]
            for refund in self.all("refund")
            if refund["payment_intent"] == intent["id"] and refund["status"] != "failed"
        )
        amount = int(sent.get("amount", intent["amount"]))
        if intent["status"] != "succeeded" or given + amount > intent["amount"]:
            raise Refused(400, "invalid_request_error", "more than is left", "amount_too_large")
        waits = intent["payment_method_types"] == ["promptpay"]
        if waits and not sent.get("instructions_email"):
            raise Refused(400, "invalid_request_error", "instructions_email is required")
        refund = self.new(
            "re",
            "refund",
            amount=amount,
            payment_intent=intent["id"],
            status="requires_action" if waits else "pending",
            balance_transaction=None,
            failure_reason=None,
        )
        self.tell("refund.created", refund)
        return refund

    def read_balance(self) -> dict[str, Any]:
        free = [m for m in self.all("balance_transaction") if m["payout"] is None]
        sums = {
            name: sum(m["net"] for m in free if (m["reporting_category"] == "refund") == is_refund)
            for name, is_refund in (("pending", False), ("available", True))
        }
        return {
            "object": "balance",
            **{name: [{"amount": satang, "currency": "thb"}] for name, satang in sums.items()},
        }

    def listed(self, name: str, sent: dict[str, Any]) -> dict[str, Any]:
        if name == "events":
            rows = self.events[::-1]
        else:
            rows = self.all({"payouts": "payout"}.get(name, "balance_transaction"))[::-1]
        if "payout" in sent:
            rows = [row for row in rows if row["payout"] == sent["payout"]]
        if "starting_after" in sent:
            at = [row["id"] for row in rows].index(sent["starting_after"])
            rows = rows[at + 1 :]
        size = min(int(sent.get("limit", 10)), 3)  # pages are short, so that paging is lived
        return {
            "object": "list",
            "url": f"/v1/{name}",
            "data": rows[:size],
            "has_more": len(rows) > size,
        }

    def expanded(self, found: dict[str, Any], paths: Any) -> dict[str, Any]:
        copy = json.loads(json.dumps(found))
        for path in _listed(paths):
            place = copy
            for step in path.split("."):
                inner = place.get(step)
                if isinstance(inner, str):
                    place[step] = inner = json.loads(json.dumps(self.objects[inner]))
                if not isinstance(inner, dict):
                    break
                place = inner
        return copy


def _listed(value: Any) -> list[Any]:
    """Stripe's form encoding of a list: indexes as keys."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value, key=int)]
    return list(value)


def _nested(text: str) -> dict[str, Any]:
    """`a[b][0]=c` as `{"a": {"b": {"0": "c"}}}`, lists of plain values as lists."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        steps = re.findall(r"[^\[\]]+", name)
        place = found
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        place[steps[-1]] = value
    if "allowed_payment_method_types" in found:
        found["allowed_payment_method_types"] = _listed(found["allowed_payment_method_types"])
    return found


def _handler(fake: FakeStripe) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.serve("GET", urlsplit(self.path).query)

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            self.serve("POST", self.rfile.read(size).decode())

        def serve(self, verb: str, sent: str) -> None:
            path = urlsplit(self.path).path.removeprefix("/v1/")
            key = self.headers.get("Idempotency-Key", "")
            try:
                if not self.headers.get("Authorization", "").startswith("Bearer sk_test_"):
                    raise Refused(401, "invalid_request_error", "Invalid API Key")
                status, body = fake.answer(verb, path, _nested(sent), key)
            except Refused as error:
                status, body = error.status, error.body
            fault = fake.fail_next.pop(0) if fake.fail_next else ""
            if fault == "timeout":
                time.sleep(0.05)
                self.close_connection = True
                return
            if fault == "500":
                status, body = 500, {"error": {"type": "api_error", "message": "try again"}}
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Keep the test's output clean."""

    return Handler


@contextmanager
def running(fake: FakeStripe) -> Iterator[str]:
    """Serve on a free port; yields the base address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
