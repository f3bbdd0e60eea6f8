"""Pages from cut-off to acceptance, by who stands before them."""
