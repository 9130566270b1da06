"""Why a text is no telegram.

::

    TelegramError(ValueError)      code, and the facts as attributes
    ├── NotATelegram               nothing in the text begins like a telegram; length
    ├── TooManyTelegrams           more than a row can hold; count, limit
    └── TooLong                    longer than a telegram can be; length, limit

No message carries the text itself: telegrams hold names and telephone numbers.
"""

from typing import ClassVar


class TelegramError(ValueError):
    """The only error that leaves this package: ``code`` is stable, the leaves hold the facts."""

    code: ClassVar[str] = "TELEGRAM_NOT_RECOGNISED"


class NotATelegram(TelegramError):
    """Nothing in the text begins like a telegram."""

    def __init__(self, length: int) -> None:
        super().__init__(f"no telegram begins in these {length} characters")
        self.length = length


class TooManyTelegrams(TelegramError):
    """More telegrams begin in one text than belong to a row of a workbook."""

    code = "TELEGRAM_TOO_MANY"

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(f"{count} telegrams or more stand in one text, at most {limit} are read")
        self.count = count
        self.limit = limit


class TooLong(TelegramError):
    """The text is longer than a cell or a message can be."""

    code = "TELEGRAM_TOO_LONG"

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} characters, at most {limit} are read")
        self.length = length
        self.limit = limit
