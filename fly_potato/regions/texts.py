"""What the commands of regions say, as lines of Russian text."""

from collections.abc import Iterator, Sequence

from shared.ingest.activation import Activation
from shared.regions import (
    OUTSIDE,
    UNPLACED,
    Examination,
    RegionChange,
    RegionDifference,
    Remark,
    Repair,
    StoredSet,
)

_AREA_DIFFERS = 0.02
_REASONS = {
    "Self-intersection": "контур пересекает сам себя",
    "Ring Self-intersection": "контур касается сам себя",
    "Hole lies outside shell": "отверстие вне контура",
    "Holes are nested": "отверстие в отверстии",
    "Nested shells": "контур внутри контура",
    "Duplicate Rings": "контур повторяется",
    "Interior is disconnected": "внутренность распадается",
    "Too few points in geometry component": "в контуре мало точек",
}


def remarks(noticed: Sequence[Remark]) -> Iterator[str]:
    """Say what was noticed while a file was read."""
    yield from (f"{remark.code}: {remark.sentence}" for remark in noticed)


def repairs(mended: Sequence[Repair]) -> Iterator[str]:
    """Say which shapes were repaired, and where they were wrong."""
    for each in mended:
        where = "" if each.lat is None or each.lon is None else f" ({each.lat:.4f}, {each.lon:.4f})"
        yield f"Исправлен контур: {each.region}: {_REASONS.get(each.reason, each.reason)}{where}"


def stored_set(stored: StoredSet) -> Iterator[str]:
    """Describe a stored set in three lines; the one in force has a star."""
    yield f"{'*' if stored.active else ' '} № {stored.id}: {stored.name}, регионов: {stored.regions}"
    yield f"    загружен {stored.loaded_at:%Y-%m-%d %H:%M} UTC; {stored.licence}; {stored.attribution}"
    yield f"    {stored.source}; sha256 {stored.sha256.hex()[:16]}"


def activation(done: Activation, *, rehearsed: bool = False) -> Iterator[str]:
    """Say how many flights changed their region, and region by region where the number of flights did."""
    for each in done.regions:
        if each.before != each.after or each.name_before != each.name_after:
            yield f"{_name(each)}: {each.before} → {each.after} ({each.after - each.before:+d})"
    verb = "изменился бы" if rehearsed else "изменился"
    yield f"{'Проба, ничего не изменено' if rehearsed else 'Набор действует'}. Регион {verb} у полётов: {done.changed}"


def _name(each: RegionChange) -> str:
    if each.id in (OUTSIDE, UNPLACED):
        return "Вне регионов" if each.id == OUTSIDE else "Точка неизвестна"
    if each.name_before and each.name_after and each.name_before != each.name_after:
        return f"{each.name_before} → {each.name_after}"
    if each.name_after is None:
        return f"{each.name_before or each.id} (нет в новом наборе)"
    return each.name_after if each.name_before else f"{each.name_after} (новый)"


def differences(regions: Sequence[RegionDifference]) -> Iterator[str]:
    """Say how the regions of two sets differ, one line a region that does."""
    for each in regions:
        if each.name_before is None:
            yield f"+ {each.name_after}: {each.area_after:,.0f} км²"
        elif each.name_after is None:
            yield f"- {each.name_before}: {each.area_before:,.0f} км²"
        elif not each.same:
            yield f"~ {each.name_after}: {'; '.join(_changes(each))}"
    before, after = (sum(name is not None for name in names) for names in zip(*map(_names, regions), strict=True))
    yield f"Регионов: {before} → {after}, различий: {sum(not each.same for each in regions)}"


def _names(each: RegionDifference) -> tuple[str | None, str | None]:
    return each.name_before, each.name_after


def _changes(each: RegionDifference) -> Iterator[str]:
    for what, before, after in (
        ("название", each.name_before, each.name_after),
        ("код", each.iso_before, each.iso_after),
        ("часовой пояс", each.time_zone_before, each.time_zone_after),
        ("официальная площадь, км²", each.official_area_before, each.official_area_after),
    ):
        if before != after:
            yield f"{what} {before or 'нет'} → {after or 'нет'}"
    if (each.lost_km2 or 0) + (each.gained_km2 or 0) >= 1:
        change = f"−{each.lost_km2:,.1f} +{each.gained_km2:,.1f}"
        yield f"площадь {each.area_before:,.0f} → {each.area_after:,.0f} км² ({change})"


def examination(noticed: Examination) -> Iterator[str]:
    """Say what an examination came to."""
    yield f"Регионов: {noticed.regions}"
    yield from repairs(noticed.repairs)
    yield from (f"Наложение: {each.name} / {each.other}: {each.km2:,.1f} км²" for each in noticed.overlaps)
    yield from (f"Пробел: {each.lat:.4f}, {each.lon:.4f}: {each.km2:,.1f} км²" for each in noticed.gaps)
    for each in noticed.differences:
        if each.area_after is None:
            continue
        for other, what in ((each.official_area_after, "официальной"), (each.area_before, "действующего набора")):
            if other and abs(each.area_after / other - 1) > _AREA_DIFFERS:
                ratio = f"{each.area_after / other - 1:+.1%}"
                yield f"Площадь: {each.name_after}: {each.area_after:,.0f} км², {ratio} от {what}"
    if noticed.compared_with:
        new = [e.name_after for e in noticed.differences if e.name_before is None and e.name_after]
        gone = [e.name_before for e in noticed.differences if e.name_after is None and e.name_before]
        if new:
            yield f"Нет в действующем наборе «{noticed.compared_with}»: {', '.join(new)}"
        if gone:
            yield f"Есть только в действующем наборе «{noticed.compared_with}»: {', '.join(gone)}"
    for what, slivers in (("наложений", noticed.overlap_slivers), ("пробелов", noticed.gap_slivers)):
        if slivers.count:
            yield f"Мелких {what}: {slivers.count}, вместе {slivers.km2:,.3f} км²"
    yield f"Наложений: {len(noticed.overlaps)}, пробелов: {len(noticed.gaps)}"
