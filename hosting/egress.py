"""Where containers of the outer network may connect to, as rules of nftables; ``hosting.prepare`` writes them.

The inner network has no way out at all. From ``fp-dmz`` go questions to the host's resolvers and connections to what
EGRESS_ALLOWED names, nothing else; what comes in from outside is none of these rules' affair. Standard library alone.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

BRIDGE = "fp-dmz"
"""The bridge of the outer network, as compose.prod.yaml names it."""

_PLACE = re.compile(r"\[?(?P<network>[0-9A-Fa-f.:/]+?)\]?:(?P<port>\d{1,5})")
_TEMPLATE = """\
# Written by `make all-prod` of EGRESS_ALLOWED and the host's resolvers; docs/admin-guide.ru.md, 1.4.
table inet fly_potato
delete table inet fly_potato
table inet fly_potato {{
  set allowed {{
    type ipv4_addr . inet_service
    flags interval
{places}  }}
  set allowed6 {{
    type ipv6_addr . inet_service
    flags interval
{places6}  }}
  set resolvers {{
    type ipv4_addr
{resolvers}  }}
  chain outward {{
    type filter hook forward priority filter - 10; policy accept;
    iifname != "{bridge}" accept
    oifname "{bridge}" accept
    ct state established,related accept
    ip daddr @resolvers meta l4proto {{ tcp, udp }} th dport 53 accept
    ip daddr . tcp dport @allowed accept
    ip6 daddr . tcp dport @allowed6 accept
    limit rate 6/minute log prefix "fly-potato egress: "
    meta l4proto tcp counter reject with tcp reset
    counter reject with icmpx admin-prohibited
  }}
}}
"""


def destinations(text: str) -> list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, int]]:
    """Read ``address:port`` or ``network:port`` divided by commas, IPv6 in brackets; raises ValueError for others."""
    parsed = []
    for part in filter(None, map(str.strip, text.split(","))):
        match = _PLACE.fullmatch(part)
        if match is None or not 0 < int(match["port"]) < 65536:
            raise ValueError(part)
        parsed.append((ipaddress.ip_network(match["network"]), int(match["port"])))
    return parsed


def host_resolvers(path: Path = Path("/etc/resolv.conf")) -> list[str]:
    """Name the resolvers that containers ask, IPv4 ones; one on the loopback is asked by the engine itself."""
    named = re.findall(r"^nameserver\s+([0-9.]+)\s*$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [address for address in named if not ipaddress.ip_address(address).is_loopback]


def rules(allowed: str, resolvers: Sequence[str]) -> str:
    """Write the table: loading it anew puts it in the place of the last one. ValueError as for ``destinations``."""
    parsed = destinations(allowed)
    return _TEMPLATE.format(
        bridge=BRIDGE,
        places=_elements(f"{network} . {port}" for network, port in parsed if network.version == 4),
        places6=_elements(f"{network} . {port}" for network, port in parsed if network.version == 6),
        resolvers=_elements(resolvers),
    )


def _elements(members: Iterable[str]) -> str:
    unique = list(dict.fromkeys(members))
    return f"    elements = {{ {', '.join(unique)} }}\n" if unique else ""
