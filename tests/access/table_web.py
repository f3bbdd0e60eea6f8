"""Addresses that belong to the house itself, and the language switch of Django."""

TABLE = {
    "home_for_role": "signed-in",
    "health": "public",
    "set_language": "public",
    "kit": "development",
}
