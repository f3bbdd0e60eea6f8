"""Who may open what: deny by default.

Every view of ours is marked with `@public` or `@requires(...)`; the middleware refuses a view of
ours that says nothing. `Access` is the one description of what a user may do; querysets scope by
it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from marketplace.accounts.models import User
from marketplace.parties.models import Party, PartyKind, Person, Role, RoleName

ViewT = TypeVar("ViewT", bound=Callable[..., Any])
OUR_PACKAGES = ("marketplace.", "catalogue.", "orders.", "cms.")
SESSION_KEY = "acting_role"


@dataclass(frozen=True, slots=True)
class Choice:
    """One role a user can act in."""

    role_id: int
    name: str
    party: Party
    current: bool

    @property
    def label(self) -> str:
        return f"{RoleName(self.name).label} · {self.party.name}"

    @property
    def url(self) -> str:
        return reverse("parties:act-as", args=[self.role_id])


@dataclass
class Access:
    """What one user may do now.

    All roles count for what may be seen; the acting role decides which home page and shell is
    shown and for which party a new thing is made.
    """

    user: User | None
    acting_role_id: int | None = None
    roles: list[Role] = field(default_factory=list)

    @classmethod
    def of(cls, user: User | AnonymousUser, acting_role_id: int | None = None) -> Access:
        """Read a user's open roles at active parties; nobody has none."""
        if not user.is_authenticated or not user.is_active:
            return cls(user=None)
        roles = list(
            Role.objects.filter(user=user, ended_at__isnull=True, party__stage="active")
            .select_related("party")
            .order_by("pk")
        )
        return cls(user=user, acting_role_id=acting_role_id, roles=roles)

    @cached_property
    def acting(self) -> Role | None:
        """The role in which the user acts: the chosen one, else the first of the most telling kind."""
        for role in self.roles:
            if role.pk == self.acting_role_id:
                return role
        rank = {name: index for index, name in enumerate(_HOME_ORDER)}
        return min(self.roles, key=lambda role: rank[RoleName(role.name)], default=None)

    @cached_property
    def choices(self) -> list[Choice]:
        acting = self.acting
        return [
            Choice(role.pk, role.name, role.party, bool(acting and acting.pk == role.pk))
            for role in self.roles
        ]

    def has(self, *names: str) -> bool:
        """Say whether the user holds any of these roles."""
        return any(role.name in names for role in self.roles)

    def parties_as(self, *names: str) -> list[int]:
        """Return the primary keys of parties for which the user holds any of these roles."""
        return [role.party_id for role in self.roles if role.name in names]

    @cached_property
    def party_ids(self) -> list[int]:
        return sorted({role.party_id for role in self.roles})

    @cached_property
    def person(self) -> Person | None:
        """The Person this user is, if any."""
        if self.user is None:
            return None
        return Person.objects.filter(user=self.user).first()

    @property
    def person_id(self) -> int | None:
        """The primary key of the Person this user is, if any."""
        return self.person.pk if self.person else None

    @property
    def party(self) -> Party | None:
        """The party that the user acts for now."""
        return self.acting.party if self.acting else None

    @property
    def recipients(self) -> list[str]:
        """Whose messages the user reads: her own and those of her parties (keys of the outbox)."""
        if self.user is None:
            return []
        return [f"user:{self.user.pk}", *(f"party:{pk}" for pk in self.party_ids)]

    @property
    def is_superuser(self) -> bool:
        return bool(self.user and self.user.is_superuser)

    @property
    def is_cooperative(self) -> bool:
        """Cooperative staff or treasurer (the technical administrator sees as they do)."""
        return self.is_superuser or self.has(RoleName.STAFF, RoleName.TREASURER)

    @property
    def is_treasurer(self) -> bool:
        return self.is_superuser or self.has(RoleName.TREASURER)

    @property
    def is_agency(self) -> bool:
        return self.has(RoleName.AGENCY)

    @property
    def sees_all_parties(self) -> bool:
        return self.is_cooperative or self.is_agency

    @cached_property
    def coordinated_group_ids(self) -> list[int]:
        return self.parties_as(RoleName.COORDINATOR)

    @cached_property
    def group_ids(self) -> list[int]:
        """Groups the user belongs to in any role."""
        return [r.party_id for r in self.roles if r.party.kind == PartyKind.GROUP]

    @cached_property
    def buyer_ids(self) -> list[int]:
        """Buyers the user acts for in any role."""
        return [r.party_id for r in self.roles if r.party.kind == PartyKind.BUYER]


_HOME_ORDER = (
    RoleName.TREASURER,
    RoleName.STAFF,
    RoleName.APPROVER,
    RoleName.REQUESTER,
    RoleName.FINANCE,
    RoleName.RECEIVER,
    RoleName.COORDINATOR,
    RoleName.GROWER,
    RoleName.AGENCY,
)


class AccessedRequest(HttpRequest):
    """A request after AccessMiddleware; for annotations of our views."""

    access: Access
    user: User
    htmx: Any


def public(view: ViewT) -> ViewT:
    """Mark a view that anybody may open."""
    view.access_roles = None  # type: ignore[attr-defined]
    return view


def requires(*roles: str) -> Callable[[ViewT], ViewT]:
    """Mark a view for holders of any of these roles; with no role, for anybody signed in.

    The superuser may open every view. Apply it to functions, or to a class's `as_view()` through
    `method_decorator(requires(...), name="dispatch")`'s cheaper twin: the attribute
    `access_roles` on the class.
    """

    def mark(view: ViewT) -> ViewT:
        view.access_roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def declared_roles(view: Callable[..., Any]) -> frozenset[str] | bool | None:
    """Return the roles a view declares: a set, None for public, False when it says nothing."""
    for candidate in (view, getattr(view, "view_class", None)):
        if candidate is not None and "access_roles" in _attributes(candidate):
            return getattr(candidate, "access_roles", False)
    return False


def _attributes(candidate: Any) -> set[str]:
    if isinstance(candidate, type):
        return {name for base in candidate.__mro__ for name in vars(base)}
    return set(vars(candidate))


class AccessMiddleware:
    """Attach `request.access` and refuse views that the user's roles do not open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.access = Access.of(  # type: ignore[attr-defined]
            request.user, request.session.get(SESSION_KEY)
        )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        module = getattr(getattr(view, "view_class", view), "__module__", "") + "."
        if not module.startswith(OUR_PACKAGES):
            return None
        roles = declared_roles(view)
        if roles is None:
            return None
        access: Access = request.access  # type: ignore[attr-defined]
        if access.user is None:
            target = reverse("account_login") + "?" + urlencode({"next": request.get_full_path()})
            return redirect(target)
        if access.is_superuser:
            return None
        if isinstance(roles, bool):
            raise PermissionDenied(f"{module}{getattr(view, '__name__', '')} declares no access")
        if roles and not access.has(*roles):
            raise PermissionDenied
        return None
