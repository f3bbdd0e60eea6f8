"""What upper rooms want to know about certificates; they register in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from catalogue.standards.models import Certificate

Listener = Callable[[Sequence[Certificate]], object]

_ended: list[Listener] = []


def on_certificates_ended(listener: Listener) -> None:
    """Call a listener, in the revoking transaction, with certificates that no longer count."""
    if listener not in _ended:
        _ended.append(listener)


def certificates_ended(certificates: Sequence[Certificate]) -> None:
    """Tell every listener."""
    for listener in _ended:
        listener(certificates)
