"""The ``fly-potato`` command; a subcommand's module is imported only when it is called."""

import importlib

import click
from click.shell_completion import get_completion_class

from fly_potato import terminal

COMMANDS: dict[str, str] = {
    "parse": "прочитать строки с телеграммами (JSON) и написать, что в них сказано",
    "explain": "показать, как прочитана одна телеграмма, поле за полем",
    "sample": "сделать книгу с выдуманными полётами и правильный ответ рядом",
    "regions": "границы регионов: загрузить, проверить, сравнить, ввести в действие; найти регион точки",
    "migrate": "привести схему базы к новейшей",
    "check": "прочитать книгу так же, как при загрузке, но без базы",
    "ingest": "отправить книги и проследить до конца",
    "export": "записать полёты (Parquet, CSV) или статистику (CSV, GeoJSON) в файл",
    "verify": "контрольные суммы таблиц, чтобы сравнить две базы",
    "reread": "прочитать хранимые строки заново сегодняшним разбором",
    "forget": "заменить все хранимые тексты, где назван человек",
    "withdraw": "отозвать ошибочную книгу",
    "maintenance": "приостановить или замедлить загрузку, выключить части, объявить",
    "audit": "сказать, кто, когда и что делал",
    "secrets": "сказать, сколько лет секретам хоста",
    "release": "проверить установку на хосте до и после выпуска",
    "slo": "отчёт за месяц: доступность, запас недоступности, задержки",
    "backup": "резервные копии базы на хосте: сделать, проверить, хранить",
    "cleanup": "убрать отслужившие файлы и объявления о загрузках",
    "dead-letters": "показать недоставленные события и доставить их снова",
    "demo": "сделать всю работу один раз, как сделал бы клиент",
    "up": "запустить локальный стенд",
    "down": "остановить локальный стенд",
    "status": "сказать, что из стенда работает",
    "site": "разложить веб-страницу для раздачи браузерам",
    "datalens": "дашборды DataLens: файл для импорта или через API; встраивание",
    "keys": "сменить ключи, которыми подписаны токены встроенных дашбордов",
    "spec": "написать описание API для шлюза или проверить его",
    "completion": "дополнение команд по клавише Tab: bash, zsh или fish",
    "bundle": "собрать архивы функций для облака",
    "deploy": "выкатить выпуск в облако или вернуть прежний",
}

SHARED_MODULES = {
    "database": ("migrate", "verify", "audit"),
    "demo": ("sample", "demo"),
    "deployment": ("site", "spec", "bundle", "deploy"),
    "hosts": ("secrets", "release", "slo", "backup"),
    "local_stack": ("up", "down", "status"),
    "stored_data": ("reread", "forget", "withdraw", "cleanup"),
    "workbooks": ("check", "ingest"),
}
"""Modules of ``fly_potato.commands`` that hold several commands, each as a function of its own name."""
_MODULE_OF = {command: module for module, commands in SHARED_MODULES.items() for command in commands}


class LazyGroup(click.Group):
    """A group whose commands live in ``fly_potato.commands.<name>`` as ``command``, or as ``SHARED_MODULES`` says."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the named command, or answer None."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name in self.commands:
            return terminal.adapt(self.commands[cmd_name])
        name = cmd_name.replace("-", "_")
        module = importlib.import_module(f"fly_potato.commands.{_MODULE_OF.get(name, name)}")
        command = getattr(module, name if name in _MODULE_OF else "command")
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return terminal.adapt(command)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what a database or the file system refuses becomes a sentence."""
        with terminal.exit_on_error():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Команды"):
            formatter.write_dl(list(COMMANDS.items()))


terminal.speak()


@click.group(
    cls=LazyGroup,
    options_metavar="[ПАРАМЕТРЫ]",
    subcommand_metavar="КОМАНДА [АРГУМЕНТЫ]…",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="fly-potato")
def main() -> None:
    """Телеграммы о полётах беспилотников: прочитать, найти регион каждого полёта, хранить и показывать.

    «fly-potato КОМАНДА --help» рассказывает о команде; --json есть у тех, чей ответ читают программы.
    """


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Написать сценарий дополнения для оболочки SHELL: eval "$(fly-potato completion bash)"."""
    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(shell)
    click.echo(script(main, {}, "fly-potato", "_FLY_POTATO_COMPLETE").source())
