"""What runs on hosts beside the product: start-up of the backend, checks and secrets of a deployment."""
