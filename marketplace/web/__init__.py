"""What every page shares: shells, parts, the kit's CSS, template tags, form fields and error pages."""
