// Albers' equal-area conic: areas of regions compare, and the country keeps its shape.
const RADIANS = Math.PI / 180;
const [SOUTH, NORTH, ORIGIN] = [52 * RADIANS, 64 * RADIANS, 60 * RADIANS];
/** The meridian that stands upright on a map of the country. */
export const MIDDLE = 100;
const CONE = (Math.sin(SOUTH) + Math.sin(NORTH)) / 2;
const C = Math.cos(SOUTH) ** 2 + 2 * CONE * Math.sin(SOUTH);
const RHO = Math.sqrt(C - 2 * CONE * Math.sin(ORIGIN)) / CONE;
const SEAM = 179.99;

/** Longitude and latitude in degrees to a plane; longitudes are counted from the middle, so 180° lies inside Chukotka. */
export function project([longitude, latitude], middle = MIDDLE) {
  const turn = ((longitude - middle + 540) % 360) - 180;
  const rho = Math.sqrt(C - 2 * CONE * Math.sin(latitude * RADIANS)) / CONE;
  const angle = CONE * turn * RADIANS;
  return [rho * Math.sin(angle), -(RHO - rho * Math.cos(angle))];
}

const rings = ({ type, coordinates }) => (type === "Polygon" ? [coordinates] : coordinates).flat();
const onSeam = (one, other) => Math.abs(one[0]) > SEAM && Math.abs(other[0]) > SEAM;
const point = (fit, position, middle) => fit(project(position, middle)).map((value) => value.toFixed(1)).join(" ");

/** The meridian in the middle of a shape, so that north is up on a map of it alone. */
export function middleOf(geometry) {
  const longitudes = rings(geometry).flat().map(([longitude]) => (longitude < 0 ? longitude + 360 : longitude));
  return (Math.min(...longitudes) + Math.max(...longitudes)) / 2;
}

/** A shape's path for filling, for its outline (without where it is cut at the 180th meridian), and the cut itself. */
export function paths(geometry, fit, middle = MIDDLE) {
  const [area, line, cut] = [[], [], []];
  for (const ring of rings(geometry)) {
    const points = ring.map((position) => point(fit, position, middle));
    area.push(`M${points.join("L")}Z`);
    let drawing = false;
    for (let index = 1; index < ring.length; index += 1) {
      if (onSeam(ring[index - 1], ring[index])) {
        cut.push(`M${points[index - 1]}L${points[index]}`);
        drawing = false;
        continue;
      }
      line.push(drawing ? `L${points[index]}` : `M${points[index - 1]}L${points[index]}`);
      drawing = true;
    }
  }
  return { area: area.join(""), line: line.join(""), cut: cut.join("") };
}

/** Where a shape has most room for a name: the middle of its widest stretch from west to east, and how wide that is. */
export function roomiest(geometry, fit, middle = MIDDLE) {
  const drawn = rings(geometry).map((ring) => ring.map((position) => fit(project(position, middle))));
  const heights = drawn.flat().map(([, y]) => y);
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)];
  let best = { x: 0, y: 0, wide: 0 };
  for (let step = 1; step < 24; step += 1) {
    const y = top + ((bottom - top) * step) / 24;
    const crossed = drawn.flatMap((ring) => ring.slice(1).flatMap(([x, below], index) => {
      const [beforeX, before] = ring[index];
      return (before <= y) === (below <= y) ? [] : [beforeX + ((x - beforeX) * (y - before)) / (below - before)];
    })).sort((one, other) => one - other);
    for (let index = 1; index < crossed.length; index += 2) {
      const wide = crossed[index] - crossed[index - 1];
      if (wide > best.wide) best = { x: (crossed[index] + crossed[index - 1]) / 2, y, wide };
    }
  }
  return best;
}

/** Bounds of shapes on the plane: left, top, right, bottom; what lies further north than `north` does not count. */
export function bounds(geometries, middle = MIDDLE, north = 90) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const positions = geometries.flatMap((geometry) => rings(geometry).flat());
  for (const position of positions.filter(([, latitude]) => latitude <= north)) {
    const [x, y] = project(position, middle);
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

/** What brings bounds to a width with a margin, and the height they then take. */
export function fitting([left, top, right, bottom], width, margin = 8) {
  const scale = (width - 2 * margin) / (right - left);
  return { fit: ([x, y]) => [(x - left) * scale + margin, (y - top) * scale + margin], height: Math.ceil((bottom - top) * scale + 2 * margin) };
}

/** The same bounds with room to both sides, so that they are at least so many times as wide as high. */
export function widened([left, top, right, bottom], ratio) {
  const spare = Math.max(0, ((bottom - top) * ratio - (right - left)) / 2);
  return [left - spare, top, right + spare, bottom];
}
