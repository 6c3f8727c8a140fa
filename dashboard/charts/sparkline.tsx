import { extent } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { Figure } from '../figures/ratios.ts';

/**
 * The shape of a figure over the days, without axes; the figures themselves are beside it, so that nobody needs to see
 * it.
 */
export function Sparkline({
  values,
  width = 64,
  height = 20,
}: {
  values: readonly Figure[];
  width?: number;
  height?: number;
}) {
  const known = values.filter((value) => value !== null);
  const [low = 0, high = 0] = extent(known);
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [1, width - 1]);
  const y = scaleLinear([low, high === low ? low + 1 : high], [height - 2, 2]);
  const path = line<Figure>(
    (_, i) => x(i),
    (value) => y(value ?? 0),
  ).defined((value) => value !== null);
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      <path d={path([...values]) ?? ''} />
    </svg>
  );
}
