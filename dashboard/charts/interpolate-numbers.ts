/**
 * Stands in for d3-interpolate where the dashboard is built for a browser: d3-scale takes it along for colours and
 * dates, which our scales have none of, and which would be 6 kB of what every reader loads.
 */
type Between = (share: number) => number;

export const interpolateNumber =
  (from: number, to: number): Between =>
  (share) =>
    from * (1 - share) + to * share;

export const interpolate = interpolateNumber;

export const interpolateRound =
  (from: number, to: number): Between =>
  (share) =>
    Math.round(from * (1 - share) + to * share);

/** Of scales with more than two ends, which the dashboard has none of. */
export function piecewise(): never {
  throw new Error('The dashboard has no scale with more than two ends.');
}
