"""The room's place in Django; the trail is append-only, and guards are installed after every
migrate.
"""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def _install(using: str, **_: Any) -> None:
    from marketplace.common.guards import install_guards

    install_guards(connections[using])


class AuditConfig(AppConfig):
    name = "marketplace.audit"

    def ready(self) -> None:
        from marketplace.common.guards import append_only

        append_only("audit_auditentry")
        post_migrate.connect(_install, dispatch_uid="install_guards")
