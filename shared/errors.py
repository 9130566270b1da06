"""Every error that leaves a part of the product.

::

    FlyPotatoError                     code, sentence (Russian, for a person), retryable
    ├── InputError                     what came in is wrong; trying again would fail again
    │   ├── WorkbookError              a workbook that cannot be read at all
    │   ├── RegionsError               a file of region boundaries that cannot be used
    │   ├── RequestError               a request that asks for something impossible
    │   └── Conflict                   what is asked for does not go with the state things are in
    ├── AccessError                    who calls may not do this
    │   ├── Unauthenticated
    │   └── Forbidden
    ├── NotFound
    ├── LoadInterrupted                who worked on a workbook is gone; nothing is wrong with the workbook
    ├── ConfigurationError             a setting is missing or impossible
    └── OutageError                    something we depend on is away: retryable
        ├── DatabaseUnavailable
        └── StorageUnavailable

A code is stable: callers, documents and tests lean on it. A sentence carries no personal data and no driver text.
"""

from typing import ClassVar


class FlyPotatoError(Exception):
    """The root: ``code`` for machines, ``sentence`` for a person, ``retryable`` for platforms."""

    retryable: ClassVar[bool] = False

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class InputError(FlyPotatoError):
    """What came in is wrong; trying again would fail again."""


class WorkbookError(InputError):
    """A workbook that cannot be read at all; codes start with ``WORKBOOK_``."""


class RegionsError(InputError):
    """A file of region boundaries that cannot be used; codes start with ``REGIONS_``."""


class RequestError(InputError):
    """A request that asks for something impossible."""


class Conflict(InputError):
    """What is asked for does not go with the state things are in."""


class AccessError(FlyPotatoError):
    """Who calls may not do this."""


class Unauthenticated(AccessError):
    """No usable proof of who calls."""


class Forbidden(AccessError):
    """Known, but without the role."""


class NotFound(FlyPotatoError):
    """What is asked for does not exist."""


class LoadInterrupted(FlyPotatoError):
    """Who worked on a workbook showed no sign of life until the lease ran out; its event may yet come again."""

    def __init__(self) -> None:
        sentence = (
            "Обработка файла прервалась, сам файл ни при чём. Он сохранён и будет обработан снова; если за час"
            " состояние не изменится, обратитесь к администратору или пришлите файл ещё раз."
        )
        super().__init__("LOAD_INTERRUPTED", sentence)


class ConfigurationError(FlyPotatoError):
    """A setting is missing or impossible; the process cannot do its work."""


class OutageError(FlyPotatoError):
    """Something we depend on is away; the platform should try again."""

    retryable = True


class DatabaseUnavailable(OutageError):
    """The database cannot be reached or gave up on the transaction."""


class StorageUnavailable(OutageError):
    """Object Storage cannot be reached or answered with a fault of its own."""
