"""The local stack: a private PostGIS, an embedded S3 server and the emulator; its state lies in ``.local/``."""

from fly_potato.stack.settings import StackPaths, stack_paths
from fly_potato.stack.stack import Part, Stack

__all__ = ["Part", "Stack", "StackPaths", "stack_paths"]
