import { useMemo, useState } from 'preact/hooks';
import { dayNumber, isDay, isoOf } from '../../lambdas/shared/day-numbers.ts';
import { publishedLookbacks } from '../data/lookbacks.ts';
import type { Marts } from '../data/mart.ts';
import { filterOptions, type Option } from './options.ts';
import { comparisons, defaultState, spans, type Comparison, type FilterName } from './state.ts';
import type { Page, View } from './view.ts';

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChoose: (value: T) => void;
}

/** A list with its name above it. A value that is in the address, and not in the list, is shown all the same. */
function Select<T extends string>({ label, value, options, onChoose }: SelectProps<T>) {
  const known = options.some((option) => option.value === value);
  return (
    <label class="select">
      <span>{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.currentTarget.value);
          if (chosen) onChoose(chosen.value);
        }}
      >
        {known ? null : <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

function PeriodPicker({ page }: { readonly page: Page }) {
  const { texts: t, state, days, known, go } = page;
  const { period } = state;
  const set = (from: string, to: string) => {
    if (isDay(from) && isDay(to) && from <= to) go({ period: { from: dayNumber(from), to: dayNumber(to) } });
  };
  const [from, to] = [isoOf(days.from), isoOf(days.to)];
  return (
    <fieldset class="period">
      <legend class="hidden">{t.period}</legend>
      <div class="segments">
        {spans.map((last) => (
          <button
            type="button"
            key={last}
            aria-pressed={'last' in period && period.last === last}
            onClick={() => go({ period: { last } })}
          >
            {t.lastDays(last)}
          </button>
        ))}
      </div>
      <div class="dates">
        <input
          type="date"
          aria-label={t.from}
          value={from}
          min={isoOf(known.from)}
          max={isoOf(known.to)}
          onChange={(event) =>
            set(event.currentTarget.value, event.currentTarget.value > to ? event.currentTarget.value : to)
          }
        />
        <span aria-hidden="true">–</span>
        <input
          type="date"
          aria-label={t.to}
          value={to}
          min={isoOf(known.from)}
          max={isoOf(known.to)}
          onChange={(event) =>
            set(event.currentTarget.value < from ? event.currentTarget.value : from, event.currentTarget.value)
          }
        />
      </div>
    </fieldset>
  );
}

/** How far back a visit may be: a choice where there is one. */
function LookbackPicker({ page }: { readonly page: Page }) {
  const { texts: t, lookback, source, go } = page;
  const { manifest } = source;
  const published = publishedLookbacks(manifest);
  if (published.length < 2)
    return (
      <div class="select">
        <span>{t.lookback}</span>
        <small>{t.oneLookback(lookback)}</small>
      </div>
    );
  return (
    <Select
      label={t.lookback}
      value={String(lookback)}
      options={published.map((days) => ({ value: String(days), label: t.lookbackDays(days) }))}
      onChoose={(value) => go({ lookback: Number(value) === manifest.shop.lookback_days ? undefined : Number(value) })}
    />
  );
}

export interface ControlsProps {
  readonly page: Page;
  readonly view: View;
  /** What the lists are made from; none before it is there. */
  readonly marts: Marts;
}

/** The row of controls of a view: just those that its figures follow. */
export function Controls({ page, view, marts }: ControlsProps) {
  const { texts: t, state, go } = page;
  const [isOpen, setOpen] = useState(false);
  const { channel } = state.filters;
  const options = useMemo(() => filterOptions(marts, page), [marts, page.formats, channel]);
  if (!view.hasPeriod && view.filters.length === 0) return null;
  const choose = (name: FilterName) => (value: string) =>
    go({
      filters: {
        ...state.filters,
        // A campaign of another channel would leave nothing.
        ...(name === 'channel' ? { campaign: undefined } : {}),
        [name]: value === '' ? undefined : value,
      },
    });
  const isNarrowed = view.filters.some((name) => state.filters[name] !== undefined);
  return (
    <div class="controls">
      {view.hasPeriod ? (
        <div class="when">
          <PeriodPicker page={page} />
          <Select<Comparison>
            label={t.compare}
            value={state.comparison}
            options={comparisons.map((value) => ({ value, label: t.comparisons[value] }))}
            onChoose={(comparison) => go({ comparison })}
          />
        </div>
      ) : null}
      {view.hasModel || view.filters.length > 0 ? (
        <button type="button" class="plain filters-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t.filtersTitle} {isOpen ? '▾' : '▸'}
        </button>
      ) : null}
      <div class="what" data-open={isOpen}>
        {view.hasModel ? (
          <Select label={t.model} value={page.model} options={options.model} onChoose={(model) => go({ model })} />
        ) : null}
        {view.hasModel ? <LookbackPicker page={page} /> : null}
        {view.filters.map((name) => (
          <Select
            key={name}
            label={t.filters[name]}
            value={state.filters[name] ?? ''}
            options={[{ value: '', label: t.all }, ...options[name]]}
            onChoose={choose(name)}
          />
        ))}
        {isNarrowed ? (
          <button type="button" class="plain clear" onClick={() => go({ filters: defaultState.filters })}>
            {t.clear}
          </button>
        ) : null}
      </div>
    </div>
  );
}
