import { dateOf, type DayNumber, type Days } from '../../lambdas/shared/day-numbers.ts';
import type { Figure } from '../figures/ratios.ts';
import type { Interval } from '../figures/intervals.ts';
import type { InEach, Language } from './language.ts';

const locales: InEach<string> = { en: 'en-GB', fr: 'fr-FR' };

/** What a figure is, which decides how it is written. */
export type FigureKind = 'money' | 'count' | 'percent' | 'ratio';

/** Stands where a figure is unknown. */
export const unknown = '–';

export type Formats = ReturnType<typeof formatsOf>;

/** Made when it is first asked for: a browser takes milliseconds for each formatter, and no page needs them all. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/**
 * How figures, days and texts are written in a language: figures with three significant digits, as far as they are not
 * exact counts.
 */
export function formatsOf(language: Language) {
  const locale = locales[language];
  const number = (options: Intl.NumberFormatOptions) => {
    const format = once(() => new Intl.NumberFormat(locale, options));
    // Intl writes a hyphen, which is shorter than a plus, and may end a line.
    return (value: number) => format().format(value).replace('-', '−');
  };
  const date = (options: Intl.DateTimeFormatOptions) => {
    const format = once(() => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }));
    return (day: DayNumber) => format().format(dateOf(day));
  };
  const three = { maximumSignificantDigits: 3, minimumSignificantDigits: 3 } as const;
  // Every figure that is published is EUR, whatever currency the shop sells in.
  const euro = { style: 'currency', currency: 'EUR' } as const;
  const smallMoney = number({ ...euro, ...three });
  const largeMoney = number({ ...euro, ...three, notation: 'compact' });
  const noMoney = number({ ...euro, maximumFractionDigits: 0 });
  const exactMoney = number(euro);
  const whole = number({ maximumFractionDigits: 0 });
  const tenths = number({ maximumFractionDigits: 1 });
  const compact = number({ notation: 'compact', maximumSignificantDigits: 3 });
  const ratio = number(three);
  const percent = number({ style: 'percent', ...three });
  const noPercent = number({ style: 'percent' });
  const change = number({
    style: 'percent',
    maximumFractionDigits: 1,
    minimumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const axisMoney = number({ ...euro, notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 });
  const axisNumber = number({ notation: 'compact', maximumFractionDigits: 2 });
  const axisPercent = number({ style: 'percent', maximumFractionDigits: 2 });
  const day = date({ day: 'numeric', month: 'short' });
  const dayWithYear = date({ day: 'numeric', month: 'short', year: 'numeric' });
  const weekday = date({ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });

  const money = (value: number) =>
    Math.abs(value) < 0.005 ? noMoney(0) : Math.abs(value) < 999.5 ? smallMoney(value) : largeMoney(value);
  const count = (value: number) =>
    Math.abs(value) >= 99_999.5
      ? compact(value)
      : Math.abs(value - Math.round(value)) < 0.001
        ? whole(Math.round(value))
        : tenths(value);
  const writers: Readonly<Record<FigureKind, (value: number) => string>> = {
    money,
    count,
    percent: (value) => (value === 0 ? noPercent(0) : percent(value)),
    ratio,
  };
  const axis: Readonly<Record<FigureKind, (value: number) => string>> = {
    money: axisMoney,
    count: axisNumber,
    percent: axisPercent,
    ratio: axisNumber,
  };
  const figure = (kind: FigureKind, value: Figure) => (value === null ? unknown : writers[kind](value));
  const regions = once(() => new Intl.DisplayNames(locale, { type: 'region' }));
  const collator = once(() => new Intl.Collator(locale));
  return {
    language,
    locale,
    figure,
    axis: (kind: FigureKind, value: number) => axis[kind](value),
    exactMoney,
    whole,
    change: (value: Figure) => (value === null ? unknown : change(value)),
    // A dash before a minus is read twice.
    interval: (kind: FigureKind, { low, high }: Interval) =>
      `${figure(kind, low)} ${low >= 0 ? '–' : language === 'fr' ? 'à' : 'to'} ${figure(kind, high)}`,
    day,
    dayWithYear,
    weekday,
    days: ({ from, to }: Days) => (from === to ? dayWithYear(from) : `${day(from)} – ${dayWithYear(to)}`),
    month: date({ month: 'short', year: 'numeric' }),
    country: (code: string) => (/^[A-Z]{2}$/.test(code) ? (regions().of(code) ?? code) : code),
    list: (items: readonly string[]) => new Intl.ListFormat(locale).format(items),
    compare: (a: string, b: string) => collator().compare(a, b),
  };
}
