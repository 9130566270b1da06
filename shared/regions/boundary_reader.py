"""From a file of boundaries to a checked ``BoundarySet``."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from shared.errors import RegionsError
from shared.regions.formats import MAX_BYTES, Feature, Layer, read_layer
from shared.regions.geometry import WGS84, Points, RegionShape, Reproject, reprojection, shape_of
from shared.regions.model import BoundarySet, Region, Remark
from shared.regions.subjects import (
    MAX_ID,
    Catalogue,
    FieldNames,
    FieldReader,
    Subject,
    is_iso_3166_2,
    is_number_of_a_region,
    one_line,
    read_catalogue,
    shipped_catalogue,
)

BUNDLED = Path(__file__).parent / "data" / "boundaries.geojson.gz"
"""The boundaries that the product ships; docs/regions.md says what they are."""

_FIRST_FREE_ID = 201
_UNSAID = "не указано"
_LONGEST_NAME, _LONGEST_WORD_OF_A_FILE = 200, 500
_ANOTHER_ZONE = 3.0
"""Degrees by which a shape lies elsewhere when it is reckoned by the neighbour's zone of three degrees."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a file comes from, as the operator says; None means: as the file itself says."""

    name: str | None = None
    source: str | None = None
    licence: str | None = None
    attribution: str | None = None


def read_boundaries(
    path: Path = BUNDLED,
    *,
    fields: FieldNames | None = None,
    provenance: Provenance | None = None,
    default_time_zone: str | None = None,
    subjects: Path | None = None,
    layer: str | None = None,
    max_bytes: int = MAX_BYTES,
) -> BoundarySet:
    """Read a file of boundaries and complete it from the catalogue of subjects.

    ``subjects`` is a table of subjects that goes before the product's catalogue; by default the file's own name with
    ``.csv``, where there is such a file beside it. ``default_time_zone`` serves regions for which nothing has one;
    ``layer`` names the layer of a GeoPackage with several. ``max_bytes`` is what the file may hold unpacked.

    Raises:
        RegionsError: the file cannot be read, or a region lacks a name, a time zone or a usable shape, or comes twice.
    """
    source = read_layer(path, layer, max_bytes=max_bytes)
    crs, reproject = reprojection(source.crs)
    reader = FieldReader(fields or FieldNames())
    reader.require([feature.properties for feature in source.features])
    completer = _Completer(reader, _own_catalogue(path, subjects), default_time_zone, reproject)
    entries, swapped = _by_either_axis(source.features, completer)
    if reproject is not None:
        _check_places(entries, crs)
    numbered = _number(entries, strict=reader.numbered)
    regions = tuple(sorted((each.region for each in numbered), key=lambda region: region.id))
    _check_unique(regions)
    remarks = (
        *_crs_remarks(source, crs, swapped=swapped),
        *_place_remarks(numbered),
        *_shape_remarks(numbered),
        *_subject_remarks(numbered),
    )
    return replace(_describe(source, path, provenance or Provenance()), regions=regions, remarks=remarks)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A region before all have numbers: the number that the file says, the subject that it is, its shape."""

    region: Region
    stated_id: int | None
    subject: Subject | None
    shape: RegionShape

    @property
    def in_place(self) -> bool:
        """Tell whether the box around the shape holds the point that the catalogue has for the subject."""
        return self.is_within(0.0)

    def is_within(self, degrees: float) -> bool:
        """Tell whether the box around the shape, so much larger on every side, holds the subject's point."""
        if self.subject is None or self.subject.inside is None:
            return False
        longitude, latitude = self.subject.inside
        xs, ys = ([point[axis] for polygon in self.shape.polygons for point in polygon[0]] for axis in (0, 1))
        return min(ys) - degrees <= latitude <= max(ys) + degrees and any(
            min(xs) - degrees <= longitude + turn <= max(xs) + degrees for turn in (0, 360, -360)
        )


class _Completer:
    """Make regions of features, with what the catalogues know."""

    def __init__(
        self, reader: FieldReader, own: Catalogue | None, default_time_zone: str | None, reproject: Reproject | None
    ) -> None:
        self._reader, self._own = reader, own
        self._default_time_zone, self._reproject = default_time_zone, reproject

    def region(self, feature: Feature, *, swapped: bool = False) -> _Entry:
        reader, properties = self._reader, feature.properties
        code, written = reader.text("code", properties), reader.russian_name(properties)
        own = self._own.find(code, written) if self._own else None
        subject = shipped_catalogue().find(code or (own.iso if own else None), written or (own.name if own else None))
        facts = [each for each in (own, subject) if each]
        name = written or next((each.name for each in facts), None)
        if name is None:
            label = reader.text("name", properties) or code or "?"
            sentence = (
                f"У региона «{label[:60]}» нет названия на русском языке. Нужно оно, или код ISO 3166-2, или таблица"
                " субъектов рядом; как называются поля, говорят --name-field и --code-field."
            )
            raise RegionsError("REGIONS_NAME_MISSING", sentence)
        if len(name) > _LONGEST_NAME:
            sentence = f"Название региона длиннее {_LONGEST_NAME} знаков: «{name[:60]}…». То ли поле (--name-field)?"
            raise RegionsError("REGIONS_NAME", sentence)
        areas = [reader.area(properties, name), *(each.official_area_km2 for each in facts)]
        stated_code = code.strip().upper() if code and is_iso_3166_2(code) else None
        # Links and dashboards refer to a subject by its code, so another that a source has for it does not count.
        codes = [stated_code if reader.coded else None, subject.iso if subject else None, stated_code]
        codes.append(own.iso if own else None)
        shape = shape_of(feature.geometry, name, self._swapped if swapped else self._reproject)
        geometry = {"type": "MultiPolygon", "coordinates": shape.polygons}
        region = Region(
            id=0,
            iso=next(filter(None, codes), None),
            name=name,
            time_zone=self._time_zone(properties, name, facts),
            official_area_km2=next(filter(None, areas), None),
            geometry=json.dumps(geometry, separators=(",", ":")),
        )
        return _Entry(region, _stated_id(reader, feature, name, own, code), subject, shape)

    def _swapped(self, points: Points) -> Points:
        turned = [(point[1], point[0]) for point in points]
        return turned if self._reproject is None else self._reproject(turned)

    def _time_zone(self, properties: Mapping[str, Any], name: str, facts: Sequence[Subject]) -> str:
        stated = self._reader.text("time_zone", properties)
        zone = stated or next((each.time_zone for each in facts if each.time_zone), self._default_time_zone)
        if zone is None:
            sentence = (
                f"У региона «{name}» нет часового пояса: его не знают ни файл, ни таблица субъектов. Укажите его в "
                "файле, в таблице рядом (--subjects) или общий для таких регионов: --default-time-zone."
            )
            raise RegionsError("REGIONS_TIME_ZONE_MISSING", sentence)
        if zone not in _time_zones():
            sentence = f"Регион «{name}»: часового пояса «{zone[:40]}» нет в базе IANA. Пример: Europe/Samara."
            raise RegionsError("REGIONS_TIME_ZONE", sentence)
        return zone


@cache
def _time_zones() -> frozenset[str]:
    """Name the zones of places, and UTC: a machine may have files of its own beside them (``localtime``)."""
    return frozenset({"UTC", *(zone for zone in available_timezones() if "/" in zone)})


def _by_either_axis(features: Sequence[Feature], completer: _Completer) -> tuple[list[_Entry], bool]:
    """Read the features, and once more with latitude or northing first where subjects do not lie where they should.

    Most formats and programs put longitude or easting first, some go by the order that a system of coordinates has.
    What puts more subjects of the catalogue in their places holds.
    """
    try:
        entries = [completer.region(feature) for feature in features]
    except RegionsError as error:
        if error.code not in ("REGIONS_NOT_WGS84", "REGIONS_GEOMETRY"):
            raise
        turned = _turned(features, completer)
        if not any(each.in_place for each in turned):
            raise
        return turned, True
    placed = sum(each.in_place for each in entries)
    if 2 * placed >= sum(each.subject is not None for each in entries):
        return entries, False
    turned = _turned(features, completer)
    return (turned, True) if sum(each.in_place for each in turned) > placed else (entries, False)


def _turned(features: Sequence[Feature], completer: _Completer) -> list[_Entry]:
    try:
        return [completer.region(feature, swapped=True) for feature in features]
    except RegionsError:
        return []


def _stated_id(reader: FieldReader, feature: Feature, name: str, own: Subject | None, code: str | None) -> int | None:
    """Give the number that the file says, else the operator's table, else a code that is a number."""
    stated = reader.id(feature.properties, name)
    if stated is not None:
        return stated
    if own is not None and own.id is not None:
        return own.id
    return int(code) if code and is_number_of_a_region(code) else None


def _own_catalogue(path: Path, subjects: Path | None) -> Catalogue | None:
    beside = path.with_name(path.name.partition(".")[0] + ".csv")
    if subjects is None and beside.is_file():
        subjects = beside
    return None if subjects is None else read_catalogue(subjects)


def _number(entries: Sequence[_Entry], *, strict: bool) -> list[_Entry]:
    """Give every region its number.

    A subject of the catalogue has the catalogue's, whatever the file counts its rows by: numbers stay from set to set.
    What it does not know has the file's, unless that is taken; else the next free ones, in the order of names. Where
    the operator has named the field of numbers (``strict``) it alone decides.
    """

    def settled(each: _Entry) -> int:
        catalogued = each.subject.id if each.subject and each.subject.id else 0
        return (each.stated_id or catalogued) if strict else catalogued

    numbers = [settled(each) for each in entries]
    used = set(numbers)
    order = sorted(range(len(entries)), key=lambda n: (entries[n].stated_id or MAX_ID, entries[n].region.name))
    free = (number for number in range(_FIRST_FREE_ID, MAX_ID) if number not in used)
    for n in order:
        stated = entries[n].stated_id
        if not numbers[n] and stated and (stated not in used or _twice(entries, stated)):
            numbers[n] = stated
            used.add(stated)
    for n in order:
        numbers[n] = numbers[n] or next(free)
    return [replace(each, region=replace(each.region, id=id_)) for each, id_ in zip(entries, numbers, strict=True)]


def _twice(entries: Iterable[_Entry], number: int) -> bool:
    """Tell whether two regions that no catalogue knows claim one number: a fault of the file, not a coincidence."""
    return sum(each.subject is None and each.stated_id == number for each in entries) > 1


def _check_places(entries: Sequence[_Entry], crs: str) -> None:
    """Refuse a system of coordinates by which no subject lies where it is: the file names another than its own."""
    known = [each for each in entries if each.subject]
    if known and not any(each.is_within(_ANOTHER_ZONE) for each in known):
        sentence = (
            f"По системе координат файла «{crs}» ни один субъект не лежит на своём месте: похоже, она названа неверно."
            " Проверьте .prj или слой и пересохраните файл в WGS 84 (EPSG:4326)."
        )
        raise RegionsError("REGIONS_CRS", sentence)


def _check_unique(regions: Sequence[Region]) -> None:
    for what, values in (
        ("название", [region.name for region in regions]),
        ("код", [region.iso for region in regions]),
        ("номер", [str(region.id) for region in regions]),
    ):
        twice = [value for value, times in Counter(values).items() if value and times > 1]
        if twice:
            names = sorted({region.name for region, value in zip(regions, values, strict=True) if value in twice})
            said = "" if what == "название" else f" ({', '.join(names[:10])})"
            sentence = (
                f"В файле повторяется {what}: {', '.join(map(str, twice[:5]))}{said}. Один регион — один объект: части"
                " одного региона объедините в MultiPolygon."
            )
            raise RegionsError("REGIONS_DUPLICATE", sentence)


def _crs_remarks(layer: Layer, crs: str, *, swapped: bool) -> Iterable[Remark]:
    if swapped:
        yield Remark("AXES_SWAPPED", "В файле широта стоит раньше долготы (или север раньше востока): переставлено.")
    if layer.crs is None and not layer.crs_is_standard:
        yield Remark(
            "CRS_UNSAID", "Файл не говорит, в какой он системе координат (нет .prj): координаты приняты за WGS 84."
        )
    elif crs != WGS84:
        yield Remark("CRS_REPROJECTED", f"Система координат файла «{crs}»: пересчитано в WGS 84.")


def _place_remarks(entries: Sequence[_Entry]) -> Iterable[Remark]:
    elsewhere = [each.region.name for each in entries if each.subject and each.subject.inside and not each.in_place]
    if elsewhere:
        sentence = (
            f"Не там, где субъект лежит по каталогу, {len(elsewhere)}: {', '.join(elsewhere)}. Верны ли координаты?"
        )
        yield Remark("NOT_IN_PLACE", sentence)


def _shape_remarks(entries: Sequence[_Entry]) -> Iterable[Remark]:
    left_out = [f"{each.region.name} ({each.shape.left_out})" for each in entries if each.shape.left_out]
    if left_out:
        listed = ", ".join(left_out)
        yield Remark(
            "PARTS_WITHOUT_AREA",
            f"Не взяты части без площади (точки, линии, контуры меньше треугольника), {listed}.",
        )


def _subject_remarks(entries: Sequence[_Entry]) -> Iterable[Remark]:
    def listed(names: Sequence[str]) -> str:
        return f"{len(names)}: {', '.join(names)}"

    unknown = [each.region.name for each in entries if each.subject is None]
    if unknown:
        yield Remark(
            "NOT_IN_CATALOGUE", f"Каталог субъектов не знает {listed(unknown)}. Номер и код — из файла или новые."
        )
    present = {each.subject.name for each in entries if each.subject}
    missing = [name for name in shipped_catalogue().names() if name not in present]
    if missing:
        yield Remark("NOT_IN_FILE", f"Субъекты каталога, которых нет в файле, {listed(missing)}.")
    other = [e.region.name for e in entries if e.stated_id and e.stated_id != e.region.id]
    if other:
        sentence = f"Номера из файла не совпали с каталогом и не взяты (если они верны: --id-field), {listed(other)}."
        yield Remark("NUMBERS_IGNORED", sentence)
    without_area = [each.region.name for each in entries if each.region.official_area_km2 is None]
    if without_area:
        yield Remark("AREA_UNSAID", f"Нет официальной площади, плотность считается по контуру, {listed(without_area)}.")


def _describe(layer: Layer, path: Path, stated: Provenance) -> BoundarySet:
    about = layer.about
    licence = stated.licence or about.get("licence") or about.get("license")
    return BoundarySet(
        name=_word(stated.name, about.get("name"), path.name.partition(".")[0]),
        source=_word(stated.source, about.get("source")),
        licence=_word(licence),
        attribution=_word(stated.attribution, about.get("attribution"), licence),
        regions=(),
    )


def _word(*stated: object) -> str:
    """Give the first that says something, as one line that lists and feet of maps have room for."""
    lines = (one_line(str(each)) for each in stated if isinstance(each, str | int | float))
    line = next(filter(None, lines), _UNSAID)
    return line if len(line) <= _LONGEST_WORD_OF_A_FILE else line[: _LONGEST_WORD_OF_A_FILE - 1] + "…"
