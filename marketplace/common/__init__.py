"""Pure values that every room shares: money, quantities, dates, the clock, codes, slugs."""
