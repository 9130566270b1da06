"""What a database or the file system refuses, in words for whoever typed a command.

A refusal is nobody's bug: a wrong password, a role that may not, a directory that is not there. Whatever else goes
wrong keeps its traceback.
"""

import errno
from collections.abc import Iterator

import asyncpg

from shared.db import is_retryable, translated
from shared.errors import ConfigurationError, DatabaseUnavailable, FlyPotatoError

ADDRESS = "Адрес базы пишется так: postgresql://РОЛЬ:ПАРОЛЬ@ХОСТ:5433/БАЗА."
_OF_FILES = {
    errno.ENOENT: "нет такого файла или каталога",
    errno.EACCES: "не хватает прав",
    errno.EPERM: "не хватает прав",
    errno.EISDIR: "это каталог, а нужен файл",
    errno.ENOTDIR: "это файл, а нужен каталог",
    errno.ENOSPC: "на диске нет места",
    errno.EROFS: "диск только для чтения",
}
_OF_DATABASES: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (asyncpg.InvalidAuthorizationSpecificationError,),
        "DATABASE_LOGIN_REFUSED",
        "База не принимает имя роли или пароль из адреса.",
    ),
    ((asyncpg.InvalidCatalogNameError,), "DATABASE_NOT_FOUND", "На этом сервере нет базы с таким именем."),
    (
        (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidGrantOperationError),
        "DATABASE_ROLE_MAY_NOT",
        "Роли из адреса базы этого нельзя; какая нужна, говорит справка команды.",
    ),
    (
        (
            asyncpg.UndefinedTableError,
            asyncpg.InvalidSchemaNameError,
            asyncpg.UndefinedColumnError,
            asyncpg.UndefinedFunctionError,
        ),
        "SCHEMA_OUTDATED",
        "Схема базы не та, для которой написан этот выпуск: fly-potato migrate.",
    ),
    (
        (asyncpg.exceptions.ClientConfigurationError,),
        "DATABASE_ADDRESS_INVALID",
        ADDRESS,
    ),
)


def refusal(error: BaseException) -> FlyPotatoError | None:
    """Say what was refused; None for a fault of ours, which has to be seen whole."""
    for each in _causes(error):
        if isinstance(each, FlyPotatoError):
            return each
        for kinds, code, sentence in _OF_DATABASES:
            if isinstance(each, kinds):
                return ConfigurationError(code, sentence)
        if isinstance(each, OSError) and each.filename is not None:
            why = _OF_FILES.get(each.errno or 0, each.strerror or "")
            return ConfigurationError("FILE_REFUSED", f"{each.filename}: {why}.")
        if is_retryable(each):
            return _outage(each)
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give an error and what it was raised from: SQLAlchemy wraps what the driver says."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__


def _outage(error: BaseException) -> FlyPotatoError:
    try:
        with translated():
            raise error
    except DatabaseUnavailable as outage:
        return outage
