"""Lists that the library keeps or exports itself: the location map, the milestones."""
