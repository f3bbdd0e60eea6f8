"""Settings: base, oscar and cms hold everywhere; dev, test and production choose."""
