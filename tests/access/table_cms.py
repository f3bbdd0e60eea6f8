"""Who may open the public pages' own addresses."""

TABLE: dict[str, tuple[str, ...] | str] = {
    "cms:door": "signed-in",
    "cms:robots": "public",
    "cms:sitemap": "public",
}
