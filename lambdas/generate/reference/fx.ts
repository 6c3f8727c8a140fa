/** Exchange rates: units of a currency for one EUR, wandering smoothly around their real levels. */
import type { DayIndex } from '../market/calendar.ts';
import { isoDay, lastTargetDay } from '../market/calendar.ts';
import { draw, keyOf } from '../market/dice.ts';

const levels = {
  USD: 1.08,
  JPY: 160,
  BGN: 1.9558,
  CZK: 24.9,
  DKK: 7.4595,
  GBP: 0.85,
  HUF: 396,
  PLN: 4.28,
  RON: 4.976,
  SEK: 11.3,
  CHF: 0.95,
  ISK: 148.5,
  NOK: 11.6,
  TRY: 36.5,
  AUD: 1.65,
  BRL: 5.9,
  CAD: 1.48,
  CNY: 7.75,
  HKD: 8.4,
  IDR: 17_200,
  ILS: 3.95,
  INR: 90.5,
  KRW: 1465,
  MXN: 20.1,
  MYR: 4.75,
  NZD: 1.79,
  PHP: 62.5,
  SGD: 1.44,
  THB: 37.6,
  ZAR: 19.8,
} as const;

export type Currency = 'EUR' | 'USD' | 'GBP' | 'CHF';
type Quoted = keyof typeof levels;

const quoted: readonly Quoted[] = [
  'USD',
  'JPY',
  'BGN',
  'CZK',
  'DKK',
  'GBP',
  'HUF',
  'PLN',
  'RON',
  'SEK',
  'CHF',
  'ISK',
  'NOK',
  'TRY',
  'AUD',
  'BRL',
  'CAD',
  'CNY',
  'HKD',
  'IDR',
  'ILS',
  'INR',
  'KRW',
  'MXN',
  'MYR',
  'NZD',
  'PHP',
  'SGD',
  'THB',
  'ZAR',
];
/** Pegged to the euro, or nearly. */
const still: ReadonlySet<Quoted> = new Set<Quoted>(['BGN', 'DKK']);
/** Currencies that the ECB's file once quoted and now marks N/A. */
const gone = ['CYP', 'EEK', 'HRK', 'LTL', 'RUB'] as const;
const waves = [413, 127, 41, 11] as const;

function published(seed: number, currency: Quoted, day: DayIndex): number {
  const level = levels[currency];
  const key = keyOf(seed ^ 0xf0e1, quoted.indexOf(currency), 1);
  let moved = 0;
  for (const [n, period] of waves.entries()) {
    moved += (0.02 / (n + 1)) * Math.sin(2 * Math.PI * (day / period + draw(key, n)));
  }
  moved += (draw(key, day) - 0.5) * 0.003;
  const rate = level * (1 + moved * (still.has(currency) ? 0.002 : 1));
  return Number(rate.toPrecision(5));
}

/** The rate in force on a day: the last one published. */
export function fxRate(seed: number, currency: Currency, day: DayIndex): number {
  return currency === 'EUR' ? 1 : published(seed, currency, lastTargetDay(day));
}

/** A day's file in the layout of the European Central Bank's historical rates; a TARGET day only. */
export function eurofxref(seed: number, day: DayIndex): string {
  const header = ['Date', ...quoted, ...gone, ''].join(',');
  const row = [
    isoDay(day),
    ...quoted.map((currency) => String(published(seed, currency, day))),
    ...gone.map(() => 'N/A'),
    '',
  ].join(',');
  return `${header}\n${row}\n`;
}
