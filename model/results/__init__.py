"""From results at meets to rankings: classifications, points, ties."""
