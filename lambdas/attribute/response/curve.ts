/** How spend acts: what of it lasts to the next day, and at how many times the mean spend half of all that it can bring is reached. */
export interface Shape {
  readonly carryOver: number;
  readonly halfSaturation: number;
}

/** The mean of a list; NaN of none. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Adstock: of each day's pressure a part lasts to the next (Broadbent, 1979), in means of the spend; before the first day it was as usual. */
export function carriedOver(spend: readonly number[], carryOver: number): Float64Array {
  const mean = meanOf(spend);
  let pressure = 1;
  return Float64Array.from(spend, (one) => (pressure = carryOver * pressure + (1 - carryOver) * (one / mean)));
}

/** What a pressure brings, of what the mean spend brings: 0 at 0, 1 at 1, and less and less (Hill's curve of slope 1). */
export const response = (pressure: number, halfSaturation: number): number =>
  ((1 + halfSaturation) * pressure) / (pressure + halfSaturation);

/** The same of each day. */
export const saturated = (pressures: Float64Array, halfSaturation: number): Float64Array =>
  pressures.map((pressure) => response(pressure, halfSaturation));
