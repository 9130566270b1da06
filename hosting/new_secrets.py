"""``python3 -m hosting.new_secrets NAME``: put a new secret in the place of one, where it is checked and where used.

The server that checks a secret hears of the new one first, then ``.env.prod`` does, then the services that use it start
anew. No value is ever printed or stands on a command line. It needs nothing installed but Python and the engine.
"""

from __future__ import annotations

import argparse
import base64
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from fly_potato.settings_files import EnvironmentFile
from hosting import environment
from hosting.realm import SIGNED_IN
from hosting.release import ROOT, SETTINGS, StepFailed, compose, is_no_host, prepare, run

_PSQL = ("exec", "-T", "postgres", "psql", "-q", "-v", "ON_ERROR_STOP=1", "-U", "app_user", "-d", "float_mode")
_CLIENT = r"""
client=$(kcadm get clients -r fly-potato -q "clientId=$OAUTH2_CLIENT_ID" --fields id --format csv --noquotes)
kcadm update "clients/$client" -r fly-potato -f -
"""
_ADMINISTRATOR = r"""
user=$(kcadm get users -r master -q exact=true -q "username=$(cat /run/secrets/KC_BOOTSTRAP_ADMIN_USERNAME)" \
    --fields id --format csv --noquotes)
kcadm update "users/$user/reset-password" -r master -f -
"""
ChangeAtServer = Callable[[str], None]
"""Gives the server that checks a secret its new value; raises StepFailed."""


@dataclass(frozen=True)
class Replacement:
    """How a secret is replaced: at the server that checks it, in which services, and whether by migration."""

    services: tuple[str, ...] = ()
    change: ChangeAtServer | None = None
    by_migration: bool = False
    hint: str = ""


def _fed(step: str, command: Sequence[str], text: str) -> None:
    """Run a command that reads ``text``; its output is not shown, for it may repeat what it was given."""
    done = subprocess.run(command, cwd=ROOT, check=False, input=text, text=True, capture_output=True)  # noqa: S603
    if done.returncode:
        raise StepFailed(step)


def of_role(role: str) -> ChangeAtServer:
    """Give what changes a role's password in the database."""

    def change(value: str) -> None:
        # Neither a fault nor a slow statement may bring it into the log.
        silent = "SET log_min_error_statement = panic; SET log_statement = none; SET log_min_duration_statement = -1;"
        _fed(f"роль {role}", compose(*_PSQL), f"{silent}\nALTER ROLE {role} PASSWORD '{value}';\n")

    return change


def _of_keycloak(step: str, script: str, body: Callable[[str], str]) -> ChangeAtServer:
    def change(value: str) -> None:
        command = compose("exec", "-T", "keycloak", "bash", "-c", SIGNED_IN + script)
        _fed(f"{step}: смените в консоли Keycloak и повторите с --already", command, body(value))

    return change


def _of_grafana(value: str) -> None:
    command = ("exec", "-T", "grafana", "grafana", "cli", "admin", "reset-admin-password", "--password-from-stdin")
    _fed("администратор Grafana", compose(*command), value)


REPLACEMENTS = {
    "POSTGRES_URI": Replacement(("backend",), by_migration=True),
    "PROCESS__POSTGRES_URI": Replacement(("backend", "backups"), by_migration=True),
    "FP_DATALENS_PASSWORD": Replacement(by_migration=True, hint="Внесите новый пароль в подключение DataLens."),
    "FP_MONITOR_PASSWORD": Replacement(("postgres_exporter", "sql_exporter"), by_migration=True),
    "POSTGRES_PASSWORD": Replacement(("backups",), of_role("app_user")),
    "KC_DB_PASSWORD": Replacement(("keycloak",), of_role("keycloak")),
    "S3_SECRET_ACCESS_KEY": Replacement(
        ("s3", "backend"), hint="Подписанные прежним ключом адреса больше не действуют."
    ),
    "OAUTH2_CLIENT_SECRET": Replacement(
        ("oauth2-proxy",), _of_keycloak("клиент Keycloak", _CLIENT, lambda value: f'{{"secret": "{value}"}}')
    ),
    "OAUTH2_COOKIE_SECRET": Replacement(("oauth2-proxy",), hint="Все вышли из системы и войдут заново."),
    "KC_BOOTSTRAP_ADMIN_PASSWORD": Replacement(
        (),
        _of_keycloak(
            "администратор Keycloak",
            _ADMINISTRATOR,
            lambda value: f'{{"type": "password", "value": "{value}", "temporary": false}}',
        ),
    ),
    "GF_SECURITY_ADMIN_PASSWORD": Replacement((), _of_grafana),
    "BACKUP_S3_SECRET_ACCESS_KEY": Replacement(("backups",), hint="Прежний ключ удалите там, где лежат копии."),
    "GRAFANA_CLOUD_TOKEN": Replacement(("prometheus",), hint="Прежний токен отзовите в Grafana Cloud."),
}
"""Every secret whose age is known, but for DataLens' keys, which have commands of their own (``fly-potato keys``)."""
ISSUED_ELSEWHERE = frozenset({"BACKUP_S3_SECRET_ACCESS_KEY", "GRAFANA_CLOUD_TOKEN"})
"""Secrets that somebody else makes: their new value comes from standard input."""


def new_value(name: str, old: str) -> str:
    """Make a new value: an address keeps all but its password, a secret of the cookie has 32 bytes."""
    value = secrets.token_hex(24)
    if name in environment.ROLES:
        return with_password(old, value)
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() if name == "OAUTH2_COOKIE_SECRET" else value


def with_password(uri: str, password: str) -> str:
    """Give an address with another password."""
    parts = urlsplit(uri)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{quote(password, safe='')}@{host}"))


def _check(name: str, value: str) -> None:
    """Refuse a value that the check of settings would refuse afterwards. Raises StepFailed."""
    draft = ROOT / f"{SETTINGS}.new"
    try:
        shutil.copy(ROOT / SETTINGS, draft)
        draft.chmod(0o600)
        EnvironmentFile(draft).change({name: value})
        if faults := environment.faults(draft):
            raise StepFailed(" ".join(faults))
    finally:
        draft.unlink(missing_ok=True)


def replace(name: str, new: str | None = None, *, already: bool = False) -> None:
    """Replace a secret by ``new`` or one made here; ``already``: who checks it has it. Raises StepFailed."""
    replacement, settings = REPLACEMENTS[name], EnvironmentFile(ROOT / SETTINGS)
    value = new or new_value(name, settings.read().get(name, ""))
    _check(name, value)
    if replacement.change is not None and not already:
        replacement.change(value)
    settings.change({name: value})
    prepare()
    if replacement.by_migration:
        run("Пароль роли", compose("run", "--rm", "-T", "migration"))
    # Where a host is two machines, the other one is given the secret there, with --already.
    elsewhere = environment.IN_DMZ if settings.read().get("HOST_ROLE") == "internal" else frozenset()
    if services := [service for service in replacement.services if service not in elsewhere]:
        # A container reads its secrets when it starts.
        run(
            "Перезапуск",
            compose("up", "-d", "--no-build", "--no-deps", "--force-recreate", "--wait", *services),
        )


def main() -> int:
    """Replace the named secrets one after another; 1 where one could not be replaced."""
    parser = argparse.ArgumentParser(
        "python3 -m hosting.new_secrets", description="Сменить секреты хоста, значений не показывая."
    )
    names = ", ".join(sorted(REPLACEMENTS))
    parser.add_argument("names", nargs="+", choices=sorted(REPLACEMENTS), metavar="ИМЯ", help=names)
    parser.add_argument("--stdin", action="store_true", help="новое значение одного секрета — со стандартного ввода")
    parser.add_argument("--already", action="store_true", help="то же, и кто проверяет, его уже знает")
    arguments = parser.parse_args()
    if is_no_host():
        return 1
    given = sys.stdin.readline().strip() if arguments.stdin or arguments.already else None
    if (given is not None or ISSUED_ELSEWHERE & set(arguments.names)) and (not given or len(arguments.names) > 1):
        parser.error("нужны одно имя и новое значение на стандартном вводе (--stdin)")
    for name in arguments.names:
        try:
            replace(name, given, already=arguments.already)
        except StepFailed as failed:
            sys.stderr.write(f"{name}: не вышло: {failed}. Если .env.prod уже другой — make all-prod.\n")
            return 1
        sys.stdout.write(f"{name}: заменён. {REPLACEMENTS[name].hint}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
