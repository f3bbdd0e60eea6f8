"""Pages of prices and listings."""
