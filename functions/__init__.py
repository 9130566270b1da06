"""One folder a cloud function, each a thin ``handler.py``; they never import one another."""
