"""A double of Elasticsearch: osmem-server, in memory, from PyPI. It is NOT Elasticsearch.

It speaks the protocol well enough for contract tests of our own queries; how a real cluster behaves
is tried by the same tests with SEARCH_TEST_URL.
"""

from __future__ import annotations

from typing import Any

from elastic_transport import Urllib3HttpNode


class PlainJsonNode(Urllib3HttpNode):
    """The double knows plain JSON only, not the client's versioned media types."""

    def perform_request(self, *args: Any, headers: Any = None, **kwargs: Any) -> Any:
        plain = dict(headers or {})
        for name in list(plain):
            if name.lower() in ("accept", "content-type"):
                value = str(plain[name])
                plain[name] = "application/x-ndjson" if "ndjson" in value else "application/json"
        return super().perform_request(*args, headers=plain, **kwargs)
