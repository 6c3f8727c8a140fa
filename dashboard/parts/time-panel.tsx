import { useState } from 'preact/hooks';
import { dayAt, TimeChart, timeChartHeight, type TimeChartProps } from '../charts/time-chart.tsx';
import type { Days } from '../../lambdas/shared/day-numbers.ts';
import type { Texts } from '../language/texts.ts';
import { Figure } from './figures.tsx';
import { Measured } from './measured.tsx';

export interface TimePanelProps extends Omit<TimeChartProps, 'width' | 'at'> {
  readonly texts: Texts;
  readonly labels: { readonly now: string; readonly before: string; readonly spend: string };
  /** The days that it is compared to. */
  readonly beforeDays?: Days | undefined;
}

/**
 * A chart over days with a row above it that says the figures of one day: that under the pointer, or that chosen with
 * the arrow keys.
 */
export function TimePanel({ texts, labels, beforeDays, ...chart }: TimePanelProps) {
  const { formats, days, kind, values, before, spend, annotations = [] } = chart;
  const [chosen, setChosen] = useState<number>();
  const lastDay = values.length - 1;
  const at = Math.min(chosen ?? lastDay, lastDay);
  const [now, then, spent] = [values[at] ?? null, before?.[at] ?? null, spend?.[at] ?? null];
  const happened = annotations.filter(({ from, to }) => from <= days.from + at && to >= days.from + at);
  const own = annotations.filter(({ isOwn }) => isOwn);
  const said = [
    formats.weekday(days.from + at),
    `${labels.now} ${formats.figure(kind, now)}`,
    ...(before ? [`${labels.before} ${formats.figure(kind, then)}`] : []),
    ...(spend ? [`${labels.spend} ${formats.figure('money', spent)}`] : []),
    ...happened.map(({ label }) => label),
  ].join(', ');
  return (
    <div class="time-panel">
      <div class="readout">
        <span class="key now">
          {labels.now} <Figure kind={kind} value={now} formats={formats} />
        </span>
        {before ? (
          <span class="key before">
            {labels.before} <Figure kind={kind} value={then} formats={formats} />
          </span>
        ) : null}
        {spend ? (
          <span class="key spend">
            {labels.spend} <Figure kind="money" value={spent} formats={formats} />
          </span>
        ) : null}
        <span class="when-read">
          {happened.map(({ label }) => (
            <em key={label}>{label} · </em>
          ))}
          {formats.weekday(days.from + at)}
          {beforeDays ? <small> / {formats.dayWithYear(beforeDays.from + at)}</small> : null}
        </span>
      </div>
      <Measured height={timeChartHeight(spend !== undefined)}>
        {(width) => (
          <div
            class="readable"
            onPointerMove={(event) => {
              const { left } = event.currentTarget.getBoundingClientRect();
              setChosen(dayAt(event.clientX - left, width, values.length));
            }}
            onPointerLeave={() => setChosen(undefined)}
          >
            <TimeChart {...chart} width={width} at={chosen === undefined ? undefined : at} />
            <input
              type="range"
              class="reader-keys"
              min={0}
              max={lastDay}
              value={at}
              aria-label={`${chart.title}: ${texts.day}`}
              aria-valuetext={said}
              onInput={(event) => setChosen(Number(event.currentTarget.value))}
              onBlur={() => setChosen(undefined)}
            />
          </div>
        )}
      </Measured>
      {own.length === 0 ? null : (
        <ul class="annotations" aria-label={texts.annotations}>
          {own.map(({ from, to, label }) => (
            <li key={`${from} ${label}`}>
              <span>{from === to ? formats.day(from) : `${formats.day(from)} – ${formats.day(to)}`}</span> {label}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
