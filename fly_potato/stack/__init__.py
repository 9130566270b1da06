"""The local stack: a private PostGIS, an embedded S3 server and the emulator; its state lies in ``.local/``."""

from fly_potato.stack.places import Places, places
from fly_potato.stack.stack import Part, Stack

__all__ = ["Part", "Places", "Stack", "places"]
