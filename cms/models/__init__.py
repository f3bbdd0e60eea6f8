"""The public pages: the first page, products with a name, communities with their programmes, places,
market days, farmer groups, stories, and what the market says of itself.

Thai pages stand at `/`, English ones at `/en/`; a page and its translation share their slug, so the
language switch leads from one to the other. Facts carry their source; what is doubtful stays empty.
A page that was ever published is unpublished, never deleted (`wagtail_hooks`).
"""

from cms.models.around import MarketDayPage, PlacePage
from cms.models.base import FactPage, PublicPage
from cms.models.communities import MOST_PHOTOS, CommunityPage, CommunityPhoto
from cms.models.home import HomePage
from cms.models.identity import IdentityProductPage
from cms.models.market import GroupPage, ImpactPage, SeasonPage
from cms.models.notices import DistrictNotice
from cms.models.products import GIProductPage
from cms.models.programmes import ProgrammePage
from cms.models.stories import HowPage, StoryPage
from cms.models.visits import Halal, VisitFacts

__all__ = [
    "MOST_PHOTOS",
    "CommunityPage",
    "CommunityPhoto",
    "DistrictNotice",
    "FactPage",
    "GIProductPage",
    "GroupPage",
    "Halal",
    "HomePage",
    "HowPage",
    "IdentityProductPage",
    "ImpactPage",
    "MarketDayPage",
    "PlacePage",
    "ProgrammePage",
    "PublicPage",
    "SeasonPage",
    "StoryPage",
    "VisitFacts",
]
