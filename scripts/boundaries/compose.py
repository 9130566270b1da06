"""Compose one coverage of regions, without gaps or overlaps, from the shapes that ``sources`` reads.

1. A time zone with one region in it is that region's part as it stands.
2. In a time zone with several regions, the districts of each region are its core. What lies between the cores (slivers
   of simplified districts, cities without districts, territorial sea) goes to the region that it borders longest on;
   what is wide is divided by nearness.
3. All borders are noded on one grid, cut into faces, and each face has one region: neighbours then share every vertex.
4. The coverage is simplified as a coverage, so shared borders stay shared.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sources import District

Shapes = dict[int, BaseGeometry]
Marks = Sequence[tuple[int, shapely.Point]]
"""Points whose region is known, by id."""
ABROAD = 0  # what a time zone holds beyond the state border: takes part in dividing, then is left out
GRID = 1e-5  # degrees, about a metre: the grid that all borders are noded on and the precision of the file
WIDE = 0.01  # square degrees, some 60 km²: what is left and wider is divided by nearness, not given to one neighbour
COARSE_ERROR = 0.1  # degrees: how far a border of Natural Earth may be from the true one
SLIVER = 0.003  # degrees, some 300 m: what is thinner than twice this lies between simplified districts and is no city
SEED_STEP = 0.0003  # of the earth's radius, about 2 km: how closely borders are sampled for nearness
LONGITUDE_SCALE = 0.5  # the cosine of 60° N: makes degrees of longitude and latitude alike before simplifying


def assign_districts(districts: Sequence[District], regions: Shapes, moves: Mapping[tuple[str, int], int]) -> Shapes:
    """Join districts into cores: each belongs where most of its area lies, unless ``moves`` says otherwise."""
    ids = sorted(set(regions) - {ABROAD})
    tree = shapely.STRtree([regions[i] for i in ids])
    members: dict[int, list[BaseGeometry]] = defaultdict(list)
    moved = set()
    for district in districts:
        candidates = [ids[k] for k in tree.query(district.shape)]
        most = max(candidates, key=lambda i: (shapely.intersection(regions[i], district.shape).area, -i))
        if (district.name, most) in moves:
            moved.add((district.name, most))
        members[moves.get((district.name, most), most)].append(shapely.make_valid(district.shape))
    if moved != set(moves):
        raise SystemExit(f"no such districts: {set(moves) - moved}")
    return {i: _join(shapes) for i, shapes in members.items()}


def cores_without_districts(
    ids: Sequence[int], zone: BaseGeometry, cores: Shapes, coarse: Shapes, marks: Marks
) -> Shapes:
    """Give regions without districts a core: the land that the districts around leave free for them.

    What is thin lies between simplified districts and is left out. ``marks`` are points whose region is known: a piece
    with one is kept however thin it is, or left out if the point is another region's.
    """
    missing = [i for i in ids if i not in cores]
    land = _join(coarse.values()) if missing else _join([])
    shapes = {}
    for i in missing:
        around = shapely.buffer(coarse[i], COARSE_ERROR)
        covered = [cores[k] for k in ids if k in cores] + [coarse[k] for k in missing if k != i]
        free = _subtract(_intersect(_intersect(zone, around), land), _join(covered))
        shapes[i] = _join(part for part in _polygons(free) if _is_of(part, i, marks))
    return shapes


def _is_of(part: BaseGeometry, region: int, marks: Marks) -> bool:
    marked = {i for i, point in marks if shapely.intersects(part, point)}
    return region in marked if marked else not part.buffer(-SLIVER).is_empty


def divide_zone(zone: BaseGeometry, ids: Sequence[int], cores: Shapes, coarse: Shapes, marks: Marks) -> Shapes:
    """Divide a time zone among its regions; ``coarse`` stands in for a region that has no districts."""
    if len(ids) == 1:
        return {ids[0]: zone}
    near = {i: cores[i] for i in ids if i in cores} | cores_without_districts(ids, zone, cores, coarse, marks)
    pieces = _without_overlaps({i: _intersect(zone, shape) for i, shape in near.items()})
    shares = defaultdict(list, {i: [shape] for i, shape in pieces.items()})
    for part in _polygons(_subtract(zone, _join(pieces.values()))):
        for i, share in _share_out(part, near).items():
            shares[i].append(share)
    return {i: _join(parts) for i, parts in shares.items() if i != ABROAD}


def mended(cores: Shapes, coarse: Shapes, mends: Sequence[tuple[int, int, BaseGeometry]]) -> Shapes:
    """Move what the coarse borders give to another region, within boxes: from the first id to the second."""
    result = dict(cores)
    for loser, winner, box in mends:
        moved = _intersect(_intersect(result[loser], coarse[winner]), box)
        result[loser] = _subtract(result[loser], moved)
        result[winner] = _join([result[winner], moved])
    return result


def with_lakes(cores: Shapes, coarse: Shapes, lakes: Sequence[BaseGeometry]) -> Shapes:
    """Give cores their parts of the great lakes, which no district holds, as the coarse borders draw them there."""
    covered = _join(cores.values())
    water = _join(_subtract(lake, covered) for lake in lakes)
    return {i: _join([shape, _intersect(water, coarse[i])]) for i, shape in cores.items()}


def joined(pieces: Iterable[tuple[int, BaseGeometry]]) -> Shapes:
    """Join the pieces of each region."""
    members: dict[int, list[BaseGeometry]] = defaultdict(list)
    for i, shape in pieces:
        members[i].append(shape)
    return {i: _join(shapes) for i, shapes in members.items()}


def enclosed_sea(waters: BaseGeometry, shapes: Shapes, smallest: float) -> list[tuple[int, BaseGeometry]]:
    """Divide what the country's waters have beyond all shapes among the shapes around it."""
    rest = _polygons(_subtract(waters, _join(shapes.values())))
    return [share for part in rest if part.area >= smallest for share in _share_out(part, shapes).items()]


def cover(pieces: Iterable[tuple[int, BaseGeometry]]) -> Shapes:
    """Make a coverage: node all borders on the grid, cut them into faces, give each face to one region."""
    pieces = [(i, shape) for i, shape in pieces if not shape.is_empty]
    lines = shapely.union_all([shape.boundary for _, shape in pieces], grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    tree = shapely.STRtree([shape for _, shape in pieces])
    inside: dict[int, set[int]] = defaultdict(set)
    points = shapely.point_on_surface(faces)
    for face, piece in zip(*tree.query(points, predicate="intersects"), strict=True):
        inside[int(face)].add(pieces[int(piece)][0])
    owners = {face: min(regions) for face, regions in inside.items()}
    _fill_slivers(faces, owners)
    members: dict[int, list[BaseGeometry]] = defaultdict(list)
    for face in sorted(owners):
        members[owners[face]].append(faces[face])
    return {i: shapely.MultiPolygon(_polygons(shapely.coverage_union_all(members[i]))) for i in sorted(members)}


def _fill_slivers(faces: np.ndarray, owners: dict[int, int]) -> None:
    """Give small faces between the pieces to the region they border longest on; large ones are the high seas."""
    waiting = [k for k in range(len(faces)) if k not in owners and faces[k].area < WIDE]
    tree = shapely.STRtree(faces)
    while waiting:
        neighbours: dict[int, int] = {}
        for k in waiting:
            border: dict[int, float] = defaultdict(float)
            for other in tree.query(faces[k], predicate="touches"):
                if int(other) in owners:
                    shared = shapely.intersection(faces[k].boundary, faces[other].boundary)
                    border[owners[int(other)]] += shared.length
            if border:
                neighbours[k] = max(border, key=lambda i: (border[i], -i))
        if not neighbours:
            return
        owners.update(neighbours)
        waiting = [k for k in waiting if k not in neighbours]


def simplify(coverage: Shapes, tolerance: float) -> Shapes:
    """Thin out the vertices of a coverage; ``tolerance`` in degrees of latitude, shared borders stay shared."""
    ids = sorted(coverage)
    scaled = shapely.transform([coverage[i] for i in ids], lambda xy: xy * (LONGITUDE_SCALE, 1.0))
    thin = shapely.coverage_simplify(scaled, tolerance)
    back = shapely.transform(thin, lambda xy: np.round(xy / (LONGITUDE_SCALE, 1.0), 5))
    return {i: shapely.normalize(shapely.MultiPolygon(_polygons(shape))) for i, shape in zip(ids, back, strict=True)}


def _intersect(a: BaseGeometry, b: BaseGeometry) -> BaseGeometry:
    return shapely.MultiPolygon(_polygons(shapely.intersection(a, b, grid_size=GRID)))


def _subtract(a: BaseGeometry, b: BaseGeometry) -> BaseGeometry:
    return shapely.MultiPolygon(_polygons(shapely.difference(a, b, grid_size=GRID)))


def _join(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    return shapely.MultiPolygon(_polygons(shapely.union_all(list(shapes), grid_size=GRID)))


def _without_overlaps(pieces: Shapes) -> Shapes:
    covered = _join([])
    apart = {}
    for i in sorted(pieces):
        apart[i] = _subtract(pieces[i], covered)
        covered = _join([covered, pieces[i]])
    return apart


def _share_out(part: BaseGeometry, pieces: Shapes) -> Shapes:
    """Divide one left-over part among the regions that touch it."""
    touching = {i: shape for i, shape in pieces.items() if shapely.dwithin(shape, part, GRID)}
    if len(touching) <= 1 or part.area < WIDE:
        candidates = touching or pieces
        near = {
            i: shapely.intersection(shape.boundary, part.buffer(2 * GRID)).length for i, shape in candidates.items()
        }
        if not any(near.values()):
            near = {i: -shapely.distance(shape, part) for i, shape in candidates.items()}
        return {max(near, key=lambda i: (near[i], -i)): part}
    return _by_nearness(part, touching)


def _by_nearness(part: BaseGeometry, touching: Shapes) -> Shapes:
    """Divide a part by Voronoi cells of the borders around it.

    In a polar stereographic plane, which is conformal: what is nearer there is nearer on the ground.
    """
    plane = shapely.transform(part, _to_plane)
    seeds: dict[tuple[float, float], int] = {}
    for i in sorted(touching):
        border = shapely.segmentize(shapely.transform(touching[i].boundary, _to_plane), SEED_STEP)
        points = shapely.points(np.unique(shapely.get_coordinates(border), axis=0))
        for x, y in shapely.get_coordinates(points[shapely.dwithin(points, plane, SEED_STEP)]):
            seeds.setdefault((float(x), float(y)), i)
    sites = shapely.multipoints(list(seeds))
    cells = shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=plane, ordered=True))
    owners = list(seeds.values())
    shares = {}
    for i in sorted(set(owners)):
        own = shapely.union_all([cell for cell, owner in zip(cells, owners, strict=True) if owner == i])
        shares[i] = shapely.transform(shapely.MultiPolygon(_polygons(shapely.intersection(plane, own))), _from_plane)
    return shares


def _to_plane(lonlat: np.ndarray) -> np.ndarray:
    lon, lat = np.radians(lonlat).T
    radius = 2 * np.tan(np.pi / 4 - lat / 2)
    return np.column_stack((radius * np.sin(lon), -radius * np.cos(lon)))


def _from_plane(xy: np.ndarray) -> np.ndarray:
    lat = np.pi / 2 - 2 * np.arctan(np.hypot(*xy.T) / 2)
    return np.degrees(np.column_stack((np.arctan2(xy[:, 0], -xy[:, 1]), lat)))


def _polygons(shape: BaseGeometry) -> list[BaseGeometry]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
