"""Where documents and offers are kept: one interface, an embedded file and Elasticsearch."""
