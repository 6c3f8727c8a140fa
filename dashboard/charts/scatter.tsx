import { max, min } from 'd3-array';
import { scaleLinear, scaleSqrt } from 'd3-scale';
import type { FigureKind, Formats } from '../language/format.ts';

export interface Dot {
  readonly id: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

export interface ScatterProps {
  readonly width: number;
  readonly dots: readonly Dot[];
  readonly xKind: FigureKind;
  readonly yKind: FigureKind;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly title: string;
  readonly chosen?: string | undefined;
  readonly onChoose?: (id: string | undefined) => void;
  readonly formats: Formats;
}

export const scatterHeight = 400;
const [left, right, top, bottom] = [44, 16, 24, 40];

/** Things by two figures; the largest ones are named. The same figures are in the table beside it. */
export function Scatter({ width, dots, xKind, yKind, xLabel, yLabel, title, chosen, onChoose, formats }: ScatterProps) {
  const x = scaleLinear([0, 1.04 * (max(dots, (dot) => dot.x) ?? 1)], [left, width - right]);
  const ys = dots.map((dot) => dot.y);
  const y = scaleLinear([min(ys) ?? 0, max(ys) ?? 1], [scatterHeight - bottom, top]).nice(4);
  const size = scaleSqrt([0, max(dots, (dot) => dot.size) ?? 1], [3, 9]);
  const named = new Set(
    dots
      .toSorted((a, b) => b.x - a.x)
      .slice(0, 3)
      .map(({ id }) => id),
  );
  const labels: { readonly at: number; readonly end: number; readonly row: number }[] = [];
  return (
    <svg
      class="chart scatter"
      viewBox={`0 0 ${width} ${scatterHeight}`}
      width={width}
      height={scatterHeight}
      role="img"
      aria-label={title}
    >
      <text class="tick" x={0} y={12}>
        {yLabel}
      </text>
      <text class="tick" x={width - right} y={scatterHeight - 4} text-anchor="end">
        {xLabel}
      </text>
      {y.ticks(4).map((tick) => (
        <g key={tick}>
          <line class="grid" x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} />
          <text class="tick" x={left - 8} y={y(tick) + 4} text-anchor="end">
            {formats.axis(yKind, tick)}
          </text>
        </g>
      ))}
      {x.ticks(4).map((tick) => (
        <text class="tick" key={tick} x={x(tick)} y={scatterHeight - bottom + 18} text-anchor="middle">
          {formats.axis(xKind, tick)}
        </text>
      ))}
      {dots.map((dot) => (
        <circle
          key={dot.id}
          class={dot.id === chosen || (chosen === undefined && named.has(dot.id)) ? 'dot named' : 'dot'}
          cx={x(dot.x)}
          cy={y(dot.y)}
          r={size(dot.size)}
          onPointerEnter={onChoose && (() => onChoose(dot.id))}
        />
      ))}
      {dots
        .filter(({ id }) => (chosen === undefined ? named.has(id) : id === chosen))
        .toSorted((a, b) => b.x - a.x)
        .map((dot) => {
          const isRight = x(dot.x) > width * 0.6;
          const half = dot.label.length * 3.4;
          const [at, end] = isRight ? [x(dot.x) - 2 * half, x(dot.x)] : [x(dot.x), x(dot.x) + 2 * half];
          let row = y(dot.y) - size(dot.size) - 5;
          // A name gives way to one that is there already.
          while (labels.some((other) => Math.abs(other.row - row) < 14 && other.at < end && other.end > at)) row -= 14;
          labels.push({ at, end, row });
          return (
            <text
              class="dot-name"
              key={dot.id}
              x={x(dot.x)}
              y={Math.max(12, row)}
              text-anchor={isRight ? 'end' : 'start'}
            >
              {dot.label}
            </text>
          );
        })}
    </svg>
  );
}
