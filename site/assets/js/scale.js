// Five classes of about as many regions each, with round bounds; what has nothing is a class of its own.
const round = (value) => {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value / unit) * unit;
};

/** Lower bounds of the classes over the positive values. */
export function classes(values, wanted = 5) {
  const sorted = values.filter((value) => value > 0).sort((one, other) => one - other);
  if (!sorted.length) return [];
  const bounds = [0];
  for (let step = 1; step < wanted; step += 1) {
    const bound = round(sorted[Math.min(sorted.length - 1, Math.floor((step * sorted.length) / wanted))]);
    if (bound > bounds.at(-1)) bounds.push(bound);
  }
  return bounds;
}

/** Which class a value is in: 0 for nothing, then 1 to 5; few classes take the darker colours. */
export function classOf(value, bounds) {
  if (!(value > 0)) return 0;
  const index = bounds.filter((bound) => value >= bound && (bound > 0 || bounds[0] === bound)).length;
  return Math.min(5, index + (5 - bounds.length));
}
