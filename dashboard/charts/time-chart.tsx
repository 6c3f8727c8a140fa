import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, curveMonotoneX, line } from 'd3-shape';
import type { Days } from '../../lambdas/shared/day-numbers.ts';
import type { Annotation } from '../figures/annotations.ts';
import type { Figure } from '../figures/ratios.ts';
import type { FigureKind, Formats } from '../language/format.ts';

export interface TimeChartProps {
  readonly width: number;
  readonly days: Days;
  readonly kind: FigureKind;
  readonly values: readonly Figure[];
  /** What it is compared to, one value a day of the period. */
  readonly before?: readonly Figure[] | undefined;
  /** In a panel of its own below: two axes in one panel would make any two lines meet. */
  readonly spend?: readonly Figure[] | undefined;
  readonly annotations?: readonly Annotation[];
  /** The day that is read, counted from the first one. */
  readonly at?: number | undefined;
  readonly title: string;
  readonly formats: Formats;
}

const left = 4;
const right = 4;
/** The names of days have a line of their own, above the uppermost figure of the axis. */
const namesAt = 12;
const top = namesAt + 22;
const main = 208;
const gap = 48;
const panel = 56;

export const timeChartHeight = (hasSpend: boolean) => top + main + 28 + (hasSpend ? gap - 28 + panel + 4 : 0);

/**
 * Where the day that is read is, for whoever points at it.
 * @returns the day under a place, counted from the first one
 */
export const dayAt = (place: number, width: number, count: number): number =>
  Math.max(0, Math.min(count - 1, Math.round(((place - left) / Math.max(1, width - left - right)) * (count - 1))));

/** Days to be written below: as many as there is room for, the first one half a step in. */
function ticksOf(count: number, width: number): number[] {
  const step = Math.max(1, Math.ceil(count / Math.max(2, Math.floor(width / 96))));
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step).filter((i) => i < count);
}

/** Which of some names can be written in one line without lying over another: the readout and the list say them all. */
function namesWithRoom(names: readonly { readonly at: number; readonly label: string }[], width: number): boolean[] {
  let free = 0;
  return names.map(({ at, label }) => {
    // Figtree at 12 px is some 6.2 px a letter.
    const length = 6.2 * label.length;
    const start = at > width - 80 ? at - length : at < 80 ? at : at - length / 2;
    if (start < free || start + length > width) return false;
    free = start + length + 8;
    return true;
  });
}

/**
 * A figure a day, against the days before it, and the spend in a panel of its own. It draws what it is given, and knows
 * no browser.
 */
export function TimeChart(props: TimeChartProps) {
  const { width, days, kind, values, before, spend, annotations = [], at, title, formats } = props;
  const count = values.length;
  const bar = Math.max(1, Math.min(16, ((width - left - right) / count) * 0.7));
  // Half a bar in, so that the first and the last one have their whole width.
  const x = scaleLinear([0, Math.max(1, count - 1)], [left + bar / 2, width - right - bar / 2]);
  const shown = [...values, ...(before ?? [])].filter((value) => value !== null);
  const y = scaleLinear([Math.min(0, min(shown) ?? 0), max(shown) || 1], [top + main, top]).nice(4);
  const path = line<Figure>(
    (_, i) => x(i),
    (value) => y(value ?? 0),
  )
    .defined((value) => value !== null)
    .curve(curveMonotoneX);
  const fill = area<Figure>(
    (_, i) => x(i),
    y(0),
    (value) => y(value ?? 0),
  )
    .defined((value) => value !== null)
    .curve(curveMonotoneX);
  const panelTop = top + main + gap;
  const spent = scaleLinear([0, max(spend ?? [], (value) => value ?? 0) || 1], [panelTop + panel, panelTop]).nice(2);
  const height = timeChartHeight(spend !== undefined);
  const isNamed = namesWithRoom(
    annotations.map(({ from, label }) => ({ at: x(Math.max(from, days.from) - days.from), label })),
    width,
  );
  const point = at === undefined ? null : (values[at] ?? null);
  const ghost = at === undefined ? null : (before?.[at] ?? null);
  const last = spent.domain()[1] ?? 0;
  return (
    <svg
      class="chart time-chart"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={title}
    >
      {y.ticks(4).map((tick) => (
        <g key={tick}>
          <line class={tick === 0 ? 'base' : 'grid'} x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} />
        </g>
      ))}
      {ticksOf(count, width).map((i) => (
        <text
          class="tick"
          key={i}
          x={x(i)}
          y={top + main + 18}
          text-anchor={i === 0 ? 'start' : x(i) > width - 40 ? 'end' : 'middle'}
        >
          {formats.day(days.from + i)}
        </text>
      ))}
      {annotations.map(({ from, to, label }, i) => {
        const [start, end] = [x(Math.max(from, days.from) - days.from), x(Math.min(to, days.to) - days.from)];
        const anchor = start > width - 80 ? 'end' : start < 80 ? 'start' : 'middle';
        return (
          <g class="annotation" key={`${from} ${label}`}>
            {end > start ? <rect x={start} y={top} width={end - start} height={main} /> : null}
            <line x1={start} x2={start} y1={namesAt + 4} y2={top + main} />
            {isNamed[i] ? (
              <text x={start} y={namesAt} text-anchor={anchor}>
                {label}
              </text>
            ) : null}
          </g>
        );
      })}
      <path class="area" d={fill([...values]) ?? ''} />
      {before ? <path class="before" d={path([...before]) ?? ''} /> : null}
      <path class="now" d={path([...values]) ?? ''} />
      {y
        .ticks(4)
        .filter((tick) => tick !== 0)
        .map((tick) => (
          <text class="tick over" key={tick} x={left} y={y(tick) - 4}>
            {formats.axis(kind, tick)}
          </text>
        ))}
      {spend ? (
        <g>
          <line class="grid" x1={left} x2={width - right} y1={spent(last)} y2={spent(last)} />
          <text class="tick" x={left} y={spent(last) - 4}>
            {formats.axis('money', last)}
          </text>
          {spend.map((value, i) => {
            const barTop = spent(value ?? 0);
            const place = x(i) - bar / 2;
            return (
              <rect
                class={i === at ? 'spend at' : 'spend'}
                key={i}
                x={place}
                width={bar}
                y={barTop}
                height={Math.max(0, panelTop + panel - barTop)}
              />
            );
          })}
        </g>
      ) : null}
      {at === undefined ? null : <line class="reader" x1={x(at)} x2={x(at)} y1={top} y2={top + main} />}
      {at !== undefined && ghost !== null ? <circle class="ghost" cx={x(at)} cy={y(ghost)} r={3.5} /> : null}
      {at !== undefined && point !== null ? <circle class="point" cx={x(at)} cy={y(point)} r={4} /> : null}
    </svg>
  );
}
