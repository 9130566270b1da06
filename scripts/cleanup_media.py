#!/usr/bin/env python3
"""``.venv/bin/python scripts/cleanup_media.py [--dry-run]``: ``fly-potato cleanup`` by the operations note's name."""

from fly_potato.commands.cleanup import command

if __name__ == "__main__":
    command()
