"""DataLens embed tokens: claims, the PS256 signature, keys and their rotation."""

from shared.embed.keys import KeyRing, SigningKey
from shared.embed.tokens import Dashboard, EmbedTokens, Issued

__all__ = ["Dashboard", "EmbedTokens", "Issued", "KeyRing", "SigningKey"]
