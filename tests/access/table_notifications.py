"""Who may open the inbox."""

from marketplace.notifications.models import Message


def _message(world):
    recipient = f"party:{world.its_buyer.pk}" if world.foreign else f"user:{world.user.pk}"
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
