import { growth, type Figure as Value } from '../figures/ratios.ts';
import { fewestOrders, type Interval } from '../figures/intervals.ts';
import { unknown, type FigureKind, type Formats } from '../language/format.ts';
import type { Texts } from '../language/texts.ts';

/** A figure as it is read, with its exact value beside it for whoever reads by machine. */
export function Figure({ kind, value, formats }: { kind: FigureKind; value: Value; formats: Formats }) {
  return value === null ? (
    <span class="unknown">{unknown}</span>
  ) : (
    <data value={String(value)}>{formats.figure(kind, value)}</data>
  );
}

export interface DeltaProps {
  readonly now: Value;
  readonly before: Value;
  /** Whether more of it is good news: 0 where it is neither. */
  readonly good: 1 | 0 | -1;
  readonly texts: Texts;
  readonly formats: Formats;
}

/** How a figure changed: arrow and sign, since a colour alone is not seen by everybody. */
export function Delta({ now, before, good, texts, formats }: DeltaProps) {
  const change = growth(now, before);
  if (change === null) return <span class="delta unknown">{unknown}</span>;
  const shown = formats.change(change);
  const tone = good === 0 || change === 0 ? 'neutral' : change * good > 0 ? 'better' : 'worse';
  const arrow = change > 0 ? '▲' : change < 0 ? '▼' : '＝';
  return (
    <span class={`delta ${tone}`}>
      <span class="arrow" role="img" aria-label={change > 0 ? texts.up : change < 0 ? texts.down : '='}>
        {arrow}
      </span>
      <data value={String(change)}>{shown}</data>
    </span>
  );
}

/** The interval of a figure, or in words that there are too few orders for one. */
export function IntervalOf({
  kind,
  interval,
  orders,
  formats,
  texts,
}: {
  kind: FigureKind;
  interval: Interval | undefined;
  orders: number;
  formats: Formats;
  texts: Texts;
}) {
  if (orders < fewestOrders) return <small class="interval few">{texts.tooFew}</small>;
  if (interval === undefined) return null;
  return (
    <small class="interval" title={texts.interval95}>
      {formats.interval(kind, interval)}
    </small>
  );
}
