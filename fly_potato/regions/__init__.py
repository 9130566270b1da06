"""What ``fly-potato regions`` does beside reading files: its database, points of a CSV, what it says."""
