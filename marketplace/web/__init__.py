"""What every page shares: shells, parts, the kit's CSS, tags, form fields and error pages."""
