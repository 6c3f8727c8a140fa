import type { CellKind } from '../transform/sheet-numbers.ts';
import { SheetHabits } from '../transform/sheet-numbers.ts';
import type { Language } from './language.ts';

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

type Sign = '.' | ',';
const signIn = (text: string | undefined): Sign | undefined => (text === '.' || text === ',' ? text : undefined);
const otherThan = (sign: Sign): Sign => (sign === '.' ? ',' : '.');

/** `€1.234`: its sign may part thousands or decimals. */
const either = /^(?<before>[^\d.,]{0,5})(?<whole>[1-9]\d{0,2})(?<sign>[.,])(?<fraction>\d{3})(?<after>[^\d.,]{0,5})$/u;

/**
 * Reads the numbers of one table, which one hand has written: where a sign parts the thousands of its counts, it does so
 * in its amounts. What its cells leave open (`12.345`: twelve thousand, or twelve) the language of its
 * headings decides, and that is told.
 */
export class Amounts {
  readonly #own = new SheetHabits();
  readonly #usual = new SheetHabits();
  /** The signs that part the thousands of counts: a count has no decimals. */
  readonly #inCounts = new Set<Sign>();
  readonly #usualSign: Sign;
  /** The first number of which the language decided. */
  guess: Guess | undefined;
  /** The first number of which the counts of the table decided. */
  byCounts: Guess | undefined;

  constructor(language: Language) {
    this.#usualSign = language === 'en' ? '.' : ',';
    this.#usual.learn(`1${this.#usualSign}5`, 'money');
  }

  learn(text: string, kind: CellKind): void {
    if (nothing.test(text)) return;
    const bare = text.replace(/^[<>] ?/u, '');
    this.#own.learn(bare, kind);
    const sign = kind === 'count' ? signIn(either.exec(bare)?.groups?.['sign']) : undefined;
    if (sign !== undefined) this.#inCounts.add(sign);
  }

  /** Whether a number may be two, and nothing says which. */
  isOpen(text: string, kind: CellKind): boolean {
    if (!either.test(text)) return false;
    const own = this.#own.read(text, kind, undefined);
    return 'fault' in own && own.fault === 'ambiguous' && this.#decided(text, kind) === undefined;
  }

  /** Digits and a point; what is no number is left as it stands, for the transform to refuse, and nothing is empty. */
  read(text: string, kind: CellKind): string {
    if (nothing.test(text)) return '';
    const own = this.#own.read(text, kind, undefined);
    if ('value' in own) return own.value;
    const decided = own.fault === 'ambiguous' ? this.#decided(text, kind) : undefined;
    if (decided === undefined) return text;
    if (decided.by === 'counts') this.byCounts ??= { text, read: decided.value };
    if (decided.by === 'language') this.guess ??= { text, read: decided.value };
    return decided.value;
  }

  /** The sign before decimals that other amounts of the table have. */
  get #ownSign(): Sign | undefined {
    return (['.', ','] as const).find(
      (sign) => 'value' in this.#own.read(`1${otherThan(sign)}234`, 'money', undefined),
    );
  }

  /** What a number is that may be two, and what says so. */
  #decided(
    text: string,
    kind: CellKind,
  ): { readonly value: string; readonly by: 'table' | 'counts' | 'language' } | undefined {
    if (this.#own.isTorn) return undefined;
    const parts = either.exec(text)?.groups;
    const sign = signIn(parts?.['sign']);
    if (kind !== 'money' || parts === undefined || sign === undefined) {
      const usual = this.#usual.read(text, kind, undefined);
      return 'value' in usual ? { value: usual.value, by: 'language' } : undefined;
    }
    const [own, [inCounts, another]] = [this.#ownSign, [...this.#inCounts]];
    const byCounts = inCounts === undefined || another !== undefined ? undefined : otherThan(inCounts);
    const decimal = own ?? byCounts ?? this.#usualSign;
    const by = own !== undefined ? 'table' : byCounts !== undefined ? 'counts' : 'language';
    // Three decimals are rare: but for a plain point, which machines write, the language alone does not say so.
    const isPlain = sign === '.' && !/\p{Sc}|\p{L}/u.test(`${parts['before']}${parts['after']}`);
    if (by === 'language' && sign === decimal && !isPlain) return undefined;
    const minus = /[-−]/u.test(parts['before'] ?? '') ? '-' : '';
    const [whole, fraction] = [parts['whole'] ?? '', parts['fraction'] ?? ''];
    return { value: `${minus}${whole}${sign === decimal ? '.' : ''}${fraction}`, by };
  }
}
