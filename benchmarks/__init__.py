"""Side by side with other libraries: what is promised about speed, measured as ratios within one run."""
