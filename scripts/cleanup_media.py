#!/usr/bin/env python3
"""``.venv/bin/python scripts/cleanup_media.py [--dry-run]``: ``fly-potato cleanup`` by the operations note's name."""

from fly_potato.commands.stored_data import cleanup as command

if __name__ == "__main__":
    command()
