"""The public pages: the first page, GI products, communities with their programmes.

Thai pages stand at `/`, English ones at `/en/`; a page and its translation share their slug, so the
language switch leads from one to the other. Facts carry their source; what is doubtful stays empty.
A page that was ever published is unpublished, never deleted (`wagtail_hooks`).
"""

from cms.models.base import FactPage, PublicPage
from cms.models.communities import MOST_PHOTOS, CommunityPage, CommunityPhoto
from cms.models.home import HomePage
from cms.models.notices import DistrictNotice
from cms.models.products import GIProductPage
from cms.models.programmes import ProgrammePage
from cms.models.visits import Halal, VisitFacts

__all__ = [
    "MOST_PHOTOS",
    "CommunityPage",
    "CommunityPhoto",
    "DistrictNotice",
    "FactPage",
    "GIProductPage",
    "Halal",
    "HomePage",
    "ProgrammePage",
    "PublicPage",
    "VisitFacts",
]
