"""The stand-in for the cloud on a developer's machine: the gateway, the triggers and the processes around them."""
