#!/usr/bin/env python3
"""``python scripts/cleanup_media.py [--dry-run]``: what the operations note calls ``fly-potato cleanup``."""

from fly_potato.commands.cleanup import command

if __name__ == "__main__":
    command()
