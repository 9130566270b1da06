"""Secrets that are too long for a line of settings: from a variable (Lockbox fills it in the cloud) or from a file."""

from pathlib import Path

from pydantic import SecretStr

from shared.errors import ConfigurationError

_LIMIT = 16_384


def read_secret(value: SecretStr | None, path: Path | None, variable: str) -> str | None:
    """Give the secret, the variable's before the file's; None where neither is set.

    In a variable a line break may be written as ``\\n``, for many tools cannot keep a real one.

    Raises:
        ConfigurationError: ``SECRET_UNREADABLE``, naming the variable of the path and never the path or content.
    """
    if value is not None and value.get_secret_value().strip():
        return value.get_secret_value().replace("\\n", "\n")
    if path is None:
        return None
    try:
        with path.open(encoding="utf-8") as source:
            return source.read(_LIMIT)
    except (OSError, UnicodeDecodeError):
        sentence = f"Файл, указанный в {variable}_PATH, не читается."
        raise ConfigurationError("SECRET_UNREADABLE", sentence) from None
