"""Fork of Oscar's `partner` app: the folder is ours, the label stays `partner`."""

from oscar.apps.partner import apps


class PartnerConfig(apps.PartnerConfig):
    name = "catalogue.partner"
