import { dayNumber, isDay, isoOf, type Days } from '../../lambdas/shared/day-numbers.ts';
import { lookbacks } from '../data/lookbacks.ts';
import { languages, type Language } from '../language/language.ts';

export const comparisons = ['previous', 'weekday', 'year', 'none'] as const;
export type Comparison = (typeof comparisons)[number];
export const spans = [7, 28, 90] as const;
export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];
/** What figures may be narrowed to; undefined is all. */
export const filterNames = ['channel', 'campaign', 'country', 'device'] as const;
export type FilterName = (typeof filterNames)[number];
export type Filters = Readonly<Record<FilterName, string | undefined>>;

/** The last days that are known, or days that were chosen. */
export type Period = { readonly last: number } | Days;

/**
 * All that a person has chosen. It is in the address and nowhere else, so a link shows another person the same page.
 */
export interface State {
  readonly view: string;
  readonly period: Period;
  readonly comparison: Comparison;
  readonly filters: Filters;
  /** Attribution model; undefined is that of the shop's profile. */
  readonly model: string | undefined;
  /** How many days before an order a visit may be; undefined is that of the shop's profile. */
  readonly lookback: number | undefined;
  readonly metric: string | undefined;
  /** Undefined: as the browser says. */
  readonly language: Language | undefined;
  readonly theme: Theme | undefined;
  /** What a view keeps for itself, by name: `sql`, `sort`… */
  readonly own: Readonly<Record<string, string>>;
}

export const defaultState: State = {
  view: 'marketing',
  period: { last: 28 },
  comparison: 'previous',
  filters: { channel: undefined, campaign: undefined, country: undefined, device: undefined },
  model: undefined,
  lookback: undefined,
  metric: undefined,
  language: undefined,
  theme: undefined,
  own: {},
};

const oneOf = <T extends string>(known: readonly T[], text: string | null): T | undefined =>
  known.find((one) => one === text);

const ours = new Set([
  'view',
  'days',
  'from',
  'to',
  'compare',
  ...filterNames,
  'model',
  'lookback',
  'metric',
  'lang',
  'theme',
]);

function periodOf(params: URLSearchParams): Period {
  const [from, to] = [params.get('from') ?? '', params.get('to') ?? ''];
  if (isDay(from) && isDay(to) && from <= to) return { from: dayNumber(from), to: dayNumber(to) };
  const days = params.get('days') ?? '';
  return /^[1-9]\d{0,3}$/.test(days) ? { last: Number(days) } : defaultState.period;
}

/** The state that an address tells. What it says wrongly is as if it did not say it. @param search `?view=…` */
export function readState(search: string): State {
  const params = new URLSearchParams(search);
  // A name without a value asks for nothing: for what has no name would be nothing at all.
  const text = (name: string) => params.get(name) || undefined;
  return {
    view: text('view') ?? defaultState.view,
    period: periodOf(params),
    comparison: oneOf(comparisons, params.get('compare')) ?? defaultState.comparison,
    filters: {
      channel: text('channel'),
      campaign: text('campaign'),
      country: text('country'),
      device: text('device'),
    },
    model: text('model'),
    lookback: lookbacks.find((days) => String(days) === params.get('lookback')),
    metric: text('metric'),
    language: oneOf(languages, params.get('lang')),
    theme: oneOf(themes, params.get('theme')),
    own: Object.fromEntries([...params].filter(([name]) => !ours.has(name))),
  };
}

/** What an address may say, or not: it is so anyway. */
const unsaid: Readonly<Record<string, string>> = {
  view: defaultState.view,
  days: '28',
  compare: defaultState.comparison,
};

/** What mails, chats and networks put behind a link that is sent through them: it asks for nothing. */
const putBehind = /^(?:utm_\w+|\w*clid|mc_[ce]id)$/;

/** What an address asks for that another, of what is shown, does not have: an impossible day, an unknown model. */
export function wrongIn(asked: string, shown: string): string[] {
  const followed = new URLSearchParams(shown);
  return [...new URLSearchParams(asked)].flatMap(([name, value]) =>
    value === '' || putBehind.test(name) || followed.get(name) === value || unsaid[name] === value
      ? []
      : [`${name}=${value}`],
  );
}

/** What a view looks for in an address by itself. */
interface Sought {
  readonly metrics: readonly string[];
  readonly own: readonly string[];
}

/**
 * What of a state there is not: a figure or a name that the view does not know, days and, where they are known, a
 * model. Undefined where all is there.
 */
export function mendedBy(
  { period, model, metric, own }: Pick<State, 'period' | 'model' | 'metric' | 'own'>,
  known: Days,
  models: readonly string[],
  sought: Sought,
): Partial<State> | undefined {
  if (metric !== undefined && !sought.metrics.includes(metric)) return { metric: undefined };
  const kept = Object.entries(own).filter(([name]) => sought.own.includes(name));
  if (kept.length < Object.keys(own).length) return { own: Object.fromEntries(kept) };
  if (model !== undefined && models.length > 0 && !models.includes(model)) return { model: undefined };
  if ('last' in period || (period.from >= known.from && period.to <= known.to)) return undefined;
  const days = { from: Math.max(period.from, known.from), to: Math.min(period.to, known.to) };
  return { period: days.from > days.to ? defaultState.period : days };
}

/** The address of a state, without what is so anyway: `?view=products&days=90`; `?` for the first page. */
export function writeState(state: State): string {
  const params = new URLSearchParams();
  const put = (name: string, value: string | undefined, usual?: string) => {
    if (value !== undefined && value !== usual) params.set(name, value);
  };
  put('view', state.view, defaultState.view);
  if ('last' in state.period) put('days', String(state.period.last), '28');
  else {
    put('from', isoOf(state.period.from));
    put('to', isoOf(state.period.to));
  }
  put('compare', state.comparison, defaultState.comparison);
  for (const name of filterNames) put(name, state.filters[name]);
  put('model', state.model);
  put('lookback', state.lookback?.toString());
  put('metric', state.metric);
  put('lang', state.language);
  put('theme', state.theme);
  for (const [name, value] of Object.entries(state.own)) if (value !== '') put(name, value);
  return `?${params.toString()}`;
}
