"""Backups of a host's cluster: dumps that prove themselves, base backups with their archive, copies elsewhere."""
