"""Drawing: a chart's description to SVG, SVG to PNG, without a browser.

``vl_convert`` brings Vega, a JavaScript engine and the Liberation fonts, which have Cyrillic, in one wheel. It is
imported at the first drawing, for it costs a second and most calls draw nothing.
"""

import base64
import io
import re
from typing import Any, Final

from shared.reports.charts import Json

_LOCALE: Final = "ru-RU"
_NUMBERS: dict[str, Any] = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", ""]}
_SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
DPI = 300


def svg(description: Json) -> str:
    """Draw a chart."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(description, format_locale=_NUMBERS, time_format_locale=_LOCALE))


def png(picture: str, width: int) -> bytes:
    """Rasterise an SVG ``width`` pixels wide, marked as 300 dots per inch; ValueError for one without a size."""
    import vl_convert

    size = _SIZE.search(picture)
    if size is None:
        raise ValueError("the picture has no size")
    # A user unit is 1/72 inch, so at 300 dpi it takes 300/72 pixels; the scale makes up for the rest.
    # The tiny addition keeps the width from being rounded down.
    scale = (width + 0.01) / (float(size[1]) * DPI / 72)
    return bytes(vl_convert.svg_to_png(picture, scale=scale, ppi=DPI))


def jpeg(picture: bytes) -> bytes:
    """Write a PNG as JPEG with the same resolution."""
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").save(out, "JPEG", quality=92, dpi=(DPI, DPI))
    return out.getvalue()


def nested(picture: str, x: float, y: float, width: float, height: float) -> str:
    """Place one SVG inside another, scaled to fit; the numbers are user units of the outer one."""
    data = base64.b64encode(picture.encode()).decode("ascii")
    box = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    return f'<image {box} href="data:image/svg+xml;base64,{data}"/>'
