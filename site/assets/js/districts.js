// Federal districts: the sums of their regions, which add up as they stand.
/** One row a district, the busiest first; regions of no known district are left out. */
export function districtRows(items) {
  const sums = new Map();
  for (const { district, flights } of items) {
    if (district) sums.set(district, (sums.get(district) ?? 0) + flights);
  }
  return [...sums].map(([name, count]) => ({ name, count })).sort((one, other) => other.count - one.count);
}
