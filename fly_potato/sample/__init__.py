"""Sample workbooks: invented flights in all regions, every known way of writing them, and the truth beside them."""

from fly_potato.sample.make import make_sample, truth_path
from fly_potato.sample.sheets import LAYOUTS

__all__ = ["LAYOUTS", "make_sample", "truth_path"]
