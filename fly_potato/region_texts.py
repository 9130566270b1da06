"""What the commands of regions say, as lines of Russian text."""

from collections.abc import Iterator, Sequence

from shared.ingest.activation import Activation
from shared.regions import OUTSIDE, UNPLACED, Examination, RegionChange, RegionDifference, Remark, Repair, StoredSet

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
    for repair in mended:
        where = "" if repair.lat is None or repair.lon is None else f" ({repair.lat:.4f}, {repair.lon:.4f})"
        yield f"Исправлен контур: {repair.region}: {_REASONS.get(repair.reason, repair.reason)}{where}"


def stored_set(stored: StoredSet) -> Iterator[str]:
    """Describe a stored set in three lines; the one in force has a star."""
    yield f"{'*' if stored.active else ' '} № {stored.id}: {stored.name}, регионов: {stored.regions}"
    yield f"    загружен {stored.loaded_at:%Y-%m-%d %H:%M} UTC; {stored.licence}; {stored.attribution}"
    yield f"    {stored.source}; sha256 {stored.sha256.hex()[:16]}"


def activation(done: Activation, *, rehearsed: bool = False) -> Iterator[str]:
    """Say how many flights changed their region, and region by region where the number of flights did."""
    for region in done.regions:
        if region.before != region.after or region.name_before != region.name_after:
            yield f"{_name(region)}: {region.before} → {region.after} ({region.after - region.before:+d})"
    verb = "изменился бы" if rehearsed else "изменился"
    yield f"{'Проба, ничего не изменено' if rehearsed else 'Набор действует'}. Регион {verb} у полётов: {done.changed}"


def _name(region: RegionChange) -> str:
    if region.id in (OUTSIDE, UNPLACED):
        return "Вне регионов" if region.id == OUTSIDE else "Точка неизвестна"
    if region.name_before and region.name_after and region.name_before != region.name_after:
        return f"{region.name_before} → {region.name_after}"
    if region.name_after is None:
        return f"{region.name_before or region.id} (нет в новом наборе)"
    return region.name_after if region.name_before else f"{region.name_after} (новый)"


def differences(regions: Sequence[RegionDifference]) -> Iterator[str]:
    """Say how the regions of two sets differ, one line a region that does."""
    for region in regions:
        if region.name_before is None:
            yield f"+ {region.name_after}: {region.area_after:,.0f} км²"
        elif region.name_after is None:
            yield f"- {region.name_before}: {region.area_before:,.0f} км²"
        elif not region.same:
            yield f"~ {region.name_after}: {'; '.join(_changes(region))}"
    before, after = (sum(name is not None for name in names) for names in zip(*map(_names, regions), strict=True))
    yield f"Регионов: {before} → {after}, различий: {sum(not region.same for region in regions)}"


def _names(region: RegionDifference) -> tuple[str | None, str | None]:
    return region.name_before, region.name_after


def _changes(region: RegionDifference) -> Iterator[str]:
    for what, before, after in (
        ("название", region.name_before, region.name_after),
        ("код", region.iso_before, region.iso_after),
        ("часовой пояс", region.time_zone_before, region.time_zone_after),
        ("официальная площадь, км²", region.official_area_before, region.official_area_after),
    ):
        if before != after:
            yield f"{what} {before or 'нет'} → {after or 'нет'}"
    if (region.lost_km2 or 0) + (region.gained_km2 or 0) >= 1:
        change = f"−{region.lost_km2:,.1f} +{region.gained_km2:,.1f}"
        yield f"площадь {region.area_before:,.0f} → {region.area_after:,.0f} км² ({change})"


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
        missing = [e.name_before for e in noticed.differences if e.name_after is None and e.name_before]
        if new:
            yield f"Нет в действующем наборе «{noticed.compared_with}»: {', '.join(new)}"
        if missing:
            yield f"Есть только в действующем наборе «{noticed.compared_with}»: {', '.join(missing)}"
    for what, slivers in (("наложений", noticed.overlap_slivers), ("пробелов", noticed.gap_slivers)):
        if slivers.count:
            yield f"Мелких {what}: {slivers.count}, вместе {slivers.km2:,.3f} км²"
    yield f"Наложений: {len(noticed.overlaps)}, пробелов: {len(noticed.gaps)}"
