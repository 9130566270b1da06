// Classes of a map: up to five between the least and the greatest, each some times the one before, so that the great
// ones stand out; bounds are round, and no two classes share a value as it is written.
const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

function round(value, unit) {
  const power = 10 ** Math.floor(Math.log10(value));
  const near = ROUND.reduce((best, each) => (Math.abs(each * power - value) < Math.abs(best * power - value) ? each : best)) * power;
  return Math.max(unit, Math.round(near / unit) * unit);
}

/** What a value is written to: whole numbers, or tenths and hundredths where all are small. */
export function unitOf(values, whole) {
  const most = Math.max(0, ...values);
  return whole || most >= 50 ? 1 : most >= 5 ? 0.1 : 0.01;
}

/**
 * The classes over the positive values, from `first` to `last` as they are written, both in the class.
 * `whole` says that values are counts. The last class ends with the greatest value.
 */
export function classes(values, { whole = true, count = 5 } = {}) {
  const positive = values.filter((value) => value > 0);
  if (!positive.length) return [];
  const unit = unitOf(positive, whole);
  const written = positive.map((value) => Math.round(value / unit));
  const [least, most] = [Math.max(1, Math.min(...written)), Math.max(1, ...written)];
  const firsts = [least];
  for (let step = 1; step < count; step += 1) {
    const bound = Math.round(round(least * (most / least) ** (step / count) * unit, unit) / unit);
    if (bound > firsts.at(-1) && bound <= most) firsts.push(bound);
  }
  return firsts.map((first, index) => ({ first: first * unit, last: (firsts[index + 1] === undefined ? most : firsts[index + 1] - 1) * unit, unit }));
}

/** Which class a value is in: 0 for nothing, then 1 to 5; few classes take the darker colours. */
export function classOf(value, limits) {
  if (!(value > 0) || !limits.length) return 0;
  const { unit } = limits[0];
  const written = Math.round(value / unit);
  const index = limits.filter(({ first }) => written >= Math.round(first / unit)).length;
  return Math.min(5, Math.max(1, index) + (5 - limits.length));
}
