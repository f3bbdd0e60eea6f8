"""The rights of a community's hosts in the editor of pages: their own community, no other."""

from __future__ import annotations

from django.contrib.auth.models import Group
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission
from wagtail.users.models import UserProfile

from cms.models import CommunityPage
from cms.reference import permission
from marketplace.accounts.models import User


def group_of(community: CommunityPage) -> Group:
    """The group whose members may change a community's pages in all languages, with pictures of
    their own; made where it is missing. They may not publish.
    """
    key = community.translation_key.hex[:12]
    group = Group.objects.filter(name__endswith=f" {key}").first()
    if group is None:
        group = Group.objects.create(name=f"เลขานุการ {community.title[:100]} {key}")
    group.permissions.add(permission("wagtailadmin", "access_admin"))
    for page in community.get_translations(inclusive=True):
        GroupPagePermission.objects.get_or_create(
            group=group, page=page, permission=permission("wagtailcore", "change_page")
        )
    pictures = collection_of(community)
    for codename in ("add_image", "choose_image"):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=pictures, permission=permission("wagtailimages", codename)
        )
    return group


def collection_of(community: CommunityPage) -> Collection:
    """Where a community's own pictures lie; made where it is missing."""
    key = community.translation_key.hex[:12]
    found: Collection | None = Collection.objects.filter(name__endswith=f" {key}").first()
    if found is None:
        root = Collection.get_first_root_node()
        found = root.add_child(name=f"{community.title[:100]} {key}")
    return found


def join(user: User, community: CommunityPage) -> None:
    """Give a user a community's rights. What is decided she hears from the market's own messages,
    so the editor's own mails are off for her.
    """
    user.groups.add(group_of(community))
    profile = UserProfile.get_for_user(user)
    profile.approved_notifications = profile.rejected_notifications = False
    profile.save()


def leave(user: User, community: CommunityPage) -> None:
    """Take a community's rights from a user."""
    key = community.translation_key.hex[:12]
    user.groups.remove(*Group.objects.filter(name__endswith=f" {key}"))
