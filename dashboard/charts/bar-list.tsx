import type { Figure } from '../figures/ratios.ts';
import { unknown, type FigureKind, type Formats } from '../language/format.ts';
import { Figure as Shown } from '../parts/figures.tsx';

export interface Bar {
  readonly id: string;
  readonly label: string;
  readonly value: Figure;
  /** In small letters beside the value: a share, a rate. */
  readonly aside: Figure;
}

/** One bar a thing, from the largest down: its figures are written, the bar shows how they are to each other. */
export function BarList({ bars, kind, formats }: { bars: readonly Bar[]; kind: FigureKind; formats: Formats }) {
  const most = Math.max(...bars.map(({ value }) => value ?? 0), 0) || 1;
  return (
    <ul class="bar-list">
      {bars.map(({ id, label, value, aside }) => (
        <li key={id} data-row={id}>
          <div class="bar-line">
            <span>{label}</span>
            <Shown kind={kind} value={value} formats={formats} />
            <small>
              {aside === null ? unknown : <data value={String(aside)}>{formats.figure('percent', aside)}</data>}
            </small>
          </div>
          <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect class="track" width="100" height="4" />
            <rect width={(100 * Math.max(0, value ?? 0)) / most} height="4" />
          </svg>
        </li>
      ))}
    </ul>
  );
}
