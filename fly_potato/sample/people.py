"""Invented operators, people and phones. No surname here is anybody's; phones are such as nobody can have."""

import random
from typing import Final

SURNAMES: Final = (
    "ВЫДУМКИН", "НЕБЫВАЛОВ", "ВЕТРОДУЕВ", "ПОДНЕБЕСОВ", "ВИНТОКРЫЛОВ", "ЧЕТЫРЁХВИНТОВ", "ОБЛАКОВЕРТОВ", "ДРОНОЛЁТОВ",
    "ПРИДУМЩИКОВ", "КАРТОФЕЛЕВИЧЕВ", "ЗАОБЛАЧКИН", "ПРОПЕЛЛЕРОВ", "ПРИМЕРНИКОВ", "ОБРАЗЧИКОВ", "НИГДЕЕВ", "ТУЧЕГОНОВ",
)  # fmt: skip
NAMES: Final = (("ИВАН", "ИВАНОВИЧ"), ("ПЁТР", "ПЕТРОВИЧ"), ("СИДОР", "СИДОРОВИЧ"), ("ФОМА", "ФОМИЧ"))
COMPANIES: Final = (
    "ООО АЭРОПРИМЕР", "ООО НЕБЕСНЫЙ КАРТОФЕЛЬ", "АО ВЫДУМГАЗ", "ПАО НЕБЫЛЬНЕФТЬ", "ООО КАРТА И ВЕТЕР",
    "АО ОБРАЗЦОВЫЕ СЕТИ",
)  # fmt: skip
OFFICES: Final = (
    "ГУ МЧС РОССИИ ПО ОБРАЗЦОВОЙ ОБЛАСТИ", "МВД ПО ПРИМЕРНОМУ КРАЮ", "ФГБУ ПРИМЕРНЫЙ ЗАПОВЕДНИК",
    "АДМИНИСТРАЦИЯ ПРИМЕРНОГО РАЙОНА",
)  # fmt: skip
WORKS: Final = (
    "МОНИТОРИНГ ЛЭП", "АЭРОФОТОСЪЕМКА", "ОБЕСПЕЧЕНИЕ СОГЛАСОВАНО", "ЛЕДОВАЯ РАЗВЕДКА", "ПОИСКОВЫЕ РАБОТЫ",
    "УЧЕБНЫЙ ПОЛЕТ",     "ОБСЛЕДОВАНИЕ ТРУБОПРОВОДА", "ВНЕСЕНИЕ УДОБРЕНИЙ", "ЦЕЛЬ ПОЛЕТА ОХРАНА", "СЪЕМКА КИНО",
)  # fmt: skip
PLACE_NAMES: Final = (
    "ХЕЛИДОК ВЫДУМКА", "ПЛОЩАДКА НЕБЫЛЬ", "SOSNOWKA", "ДЕРЕВНЯ ПРИМЕРНОЕ", "WYDUMKA",
    "КС ОБРАЗЦОВАЯ", "КУСТ 12 НИГДЕЕВКА",
)  # fmt: skip
_REMARKS: Final = (
    "ВЫСОТА {low}-{high}М AGL ПОЛЕТЫ НАД НАСЕЛЕННЫМИ ПУНКТАМИ НЕ ПРОИЗВОДЯТСЯ",
    "20-50M/MSL РП/{person} {phone}",
    "РАЗРЕШЕНИЕ НОМЕР 346/7/3494 ОТ 19.12.2024",
    "WZL/POS В РАЙОНЕ ПЛОЩАДКИ",
    "ОПЕРАТОР/{person}{phone}",
    "ПЛАН SHR ПОДАН ПО ТЕЛЕФОНУ {phone}",
    "УЧЕТНЫЕ НОМЕРА БВС {marks}",
)
_TRANSLITERATED: Final = str.maketrans("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЩЫЬЭЯ", "ABWGDEVZIJKLMNOPRSTUFHCQYXEQ")


def telegraph(text: str) -> str:
    """Write a text as the telegraph does: no Ё, the digit 4 for Ч."""
    return text.replace("Ё", "Е").replace("Ч", "4")


def phone(source: random.Random) -> str:
    """Give a phone in one of the ways they are written."""
    tail = f"{source.randrange(100):02}"
    return source.choice(
        (
            "+70000000000",
            "80000000000",
            f"+7 900 000-00-{tail}",
            "8-000-000-0000",
            "8 (000) 000-00-00",
            "+7 000 000 00 00",
            "8(000)0000000",
        )
    )


def person(source: random.Random) -> str:
    """Name somebody who does not exist."""
    name, patronymic = source.choice(NAMES)
    surname = source.choice(SURNAMES)
    return source.choice((f"{surname} {name} {patronymic}", f"{surname} {name[0]}.{patronymic[0]}.", surname))


def operator(source: random.Random) -> tuple[str, str]:
    """Name an operator and tell its kind, as ``OperatorKind`` has it."""
    draw = source.random()
    if draw < 0.45:
        return source.choice(COMPANIES), "organisation"
    if draw < 0.55:
        return source.choice(OFFICES), "state"
    name, patronymic = source.choice(NAMES)
    full = f"{source.choice(SURNAMES)} {name} {patronymic}"
    if draw < 0.6:
        return f"ИП {full}", "entrepreneur"
    if draw < 0.64:
        return full.replace("Ё", "Е").replace("Ч", "4").translate(_TRANSLITERATED), "person"
    return full, "person"


def remark(source: random.Random, zone: str, marks: str) -> str:
    """Write free text as it stands behind RMK/: a zone, what for, who, and words that look like fields."""
    words = [zone, source.choice(WORKS)] if zone else [source.choice(WORKS)]
    extra = source.choice(_REMARKS)
    low = source.randrange(50, 300, 10)
    words.append(
        extra.format(low=low, high=low + 100, person=person(source), phone=phone(source), marks=marks or "ZZZZ")
    )
    if source.random() < 0.6:
        words.append(f"СВЯЗЬ С ОПЕРАТОРОМ БВС {person(source)} {phone(source)}")
    return " ".join(words)
