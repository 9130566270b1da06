"""The server of the hosts: HTTP by uvicorn, the bucket's trigger, and what `make all-prod` prepares before it starts.

``environment``, ``prepare`` and ``images`` run on a host's bare Python; nothing is imported here.
"""
