"""The server of the hosts: HTTP by uvicorn, the bucket's trigger, and what `make all-prod` prepares before it starts.

What an administrator types as ``python3 -m hosting.…`` runs on a host's bare Python, which on RHEL 9 is 3.9; nothing is
imported here.
"""
