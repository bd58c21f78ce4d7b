// Lengths and durations. Every exported binding that a pattern can introduce.
const tables = {
  length: { mm: 0.001, cm: 0.01, m: 1, km: 1000 },
  time: [1, 60, 3600, 86400],
  labels: { short: ["mm", "cm", "m", "km"], long: { singular: "metre", plural: "metres" } },
};

export const { length: factors, labels: { long: { singular, plural = `${singular}s` }, ...otherLabels } } = tables;
export let [second, minute, hour, ...longer] = tables.time;
export var [day = 0, week = day * 7] = longer;
export const { [`${singular}Count`]: counted = 1, ["missing"]: missing } = {};

let rounding = 12;
export { rounding, setRounding as configure };

function setRounding(digits) {
  rounding = digits;
}

export function convert(value, from, to) {
  const result = (value * factors[from]) / factors[to];
  return Number(result.toFixed(rounding));
}

// Anonymous function as the default export: no name to bind, so ECMA-262 calls it *default*.
export default function (value, unit = "m") {
  return `${value} ${value === 1 ? singular : plural} (${unit})`;
}
