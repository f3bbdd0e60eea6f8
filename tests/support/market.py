"""A small market to test on: one cooperative, two groups, one hospital, a few listings and cycles."""
