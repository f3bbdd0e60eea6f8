"""The forward market: the project and what every room shares."""
