"""The stand-in for the cloud on a desk: the gateway, the triggers and the processes around them."""
