import type { CellKind } from '../transform/sheet-numbers.ts';
import { SheetHabits } from '../transform/sheet-numbers.ts';
import type { Language } from './table.ts';

/** What stands where there is nothing: Google writes ` --`. */
const nothing = /^(?:[-–—]+|n\/a|n\.a\.|null|nan|)$/iu;

/** Whether a cell says nothing. */
export const saysNothing = (text: string): boolean => nothing.test(text);

/** One half of a currency's hundredth, and less: amounts are added up in millionths. */
const places = 6;

/** A number of digits and a point in millionths; undefined for any other text. */
export function micros(text: string): bigint | undefined {
  const {
    sign = '',
    whole,
    fraction = '',
  } = /^(?<sign>-?)(?<whole>\d+)(?:\.(?<fraction>\d+))?$/.exec(text)?.groups ?? {};
  if (whole === undefined) return undefined;
  return BigInt(`${sign}${whole}${fraction.slice(0, places).padEnd(places, '0')}`);
}

/** Hundredths in millionths. */
export const microsOfCents = (cents: number): bigint => BigInt(cents) * 10_000n;

/** Millionths as a number with two decimals or more, as many as it has. */
export function fromMicros(amount: bigint, least = 2): string {
  const text = String(amount < 0n ? -amount : amount).padStart(places + 1, '0');
  const fraction = text.slice(-places).replace(/0+$/, '').padEnd(least, '0');
  return `${amount < 0n ? '-' : ''}${text.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`;
}

const rounded = /^(?<number>\d+(?:[.,]\d+)?) ?(?<unit>[km])$/iu;

/** The whole number of what platforms show rounded, as `12,5k` or `1.2M`; undefined for any other text. */
export function fullCount(text: string): string | undefined {
  const { number, unit } = rounded.exec(text)?.groups ?? {};
  if (number === undefined) return undefined;
  return String(Math.round(Number(number.replace(',', '.')) * (unit?.toLowerCase() === 'm' ? 1_000_000 : 1000)));
}

/** In words where a number stood that could be two. */
export interface Guess {
  readonly text: string;
  readonly read: string;
}

/**
 * Reads the numbers of one table. What its cells leave open (`12.345`: twelve thousand, or twelve) the language of its
 * headings decides, and that is told.
 */
export class Amounts {
  readonly #own = new SheetHabits();
  readonly #usual = new SheetHabits();
  /** The first number of which the language decided. */
  guess: Guess | undefined;

  constructor(language: Language) {
    this.#usual.learn(language === 'en' ? '1.5' : '1,5', 'money');
  }

  learn(text: string, kind: CellKind): void {
    if (!nothing.test(text)) this.#own.learn(text.replace(/^[<>] ?/u, ''), kind);
  }

  /** Digits and a point; what is no number is left as it stands, for the transform to refuse, and nothing is empty. */
  read(text: string, kind: CellKind): string {
    if (nothing.test(text)) return '';
    const own = this.#own.read(text, kind, undefined);
    if ('value' in own) return own.value;
    if (own.fault !== 'ambiguous' || this.#own.isTorn) return text;
    const usual = this.#usual.read(text, kind, undefined);
    if (!('value' in usual)) return text;
    this.guess ??= { text, read: usual.value };
    return usual.value;
  }
}
