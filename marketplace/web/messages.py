"""Messages that can be taken back: a toast with "เลิกทำ" instead of a question beforehand."""

from django.contrib import messages
from django.http import HttpRequest


def undoable(request: HttpRequest, text: str, undo_url: str) -> None:
    """Tell what was done and offer to undo it for ten seconds.

    Args:
        request: The request whose answer carries the toast.
        text: What was done, with its figures; translated by now, as it has figures in it.
        undo_url: Address that undoes it on POST; it must be safe to post twice.
    """
    messages.success(request, text, extra_tags=f"toast undo:{undo_url}")
