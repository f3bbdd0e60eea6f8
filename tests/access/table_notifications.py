"""Who may open the inbox."""

from marketplace.notifications.models import Message


def _message(world):
    own = f"user:{world.user.pk if world.user else 0}"
    recipient = f"party:{world.other_buyer.pk}" if world.foreign else own
    made = Message.objects.create(
        key=f"walk:{recipient}", recipient=recipient, kind="walk", title="ตัวอย่าง"
    )
    return {"pk": made.pk}


TABLE = {
    "notifications:inbox": "signed-in",
    "notifications:read-all": "signed-in",
    "notifications:read": "signed-in",
}
EXAMPLES = {"notifications:read": _message}
