import { isDay, type Day } from '../shared/days.ts';
import { folded } from './folded.ts';
import type { Language } from './language.ts';

/** The order of a day's parts: day first, or month first. */
export type DateOrder = 'dmy' | 'mdy';

const months: readonly RegExp[] = [
  /^(?:jan|janv|janvier|january|januar|janner)$/,
  /^(?:feb|fev|fevr|fevrier|february|februar)$/,
  /^(?:mar|mars|march|marz|mrz)$/,
  /^(?:apr|avr|avril|april)$/,
  /^(?:may|mai)$/,
  /^(?:jun|juin|june|juni)$/,
  /^(?:jul|juil|juillet|july|juli)$/,
  /^(?:aug|aout|august)$/,
  /^(?:sep|sept|septembre|september)$/,
  /^(?:oct|okt|octobre|october|oktober)$/,
  /^(?:nov|novembre|november)$/,
  /^(?:dec|dez|decembre|december|dezember)$/,
];

const dayOf = (year: string, month: string | number, day: string): Day | undefined => {
  const text = `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(text) ? text : undefined;
};

const isoDay = /^\d{4}-\d{2}-(?<day>\d{2})\b/u;
const numeric = /^(?<first>\d{1,2})[/.-](?<second>\d{1,2})[/.-](?<year>\d{4})(?:[ T].*)?$/u;

const clock = /T?\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\b\.?)?\s*(?:Z\b|[+-]\d{2}:?\d{2})?/giu;
/** Whether a word, folded, names a month. */
export const isMonth = (word: string): boolean => months.some((name) => name.test(word));

/** `Mar 1, 2025`, `1 mars 2025`, `1. März 2025`, `Sat, Mar 1, 2025`, `mar. 4 févr. 2025`. */
function namedDay(text: string): Day | undefined {
  const parts = folded(text.replaceAll(clock, ' '))
    .split(' ')
    .filter((part) => part !== 'er');
  const named = parts.filter(isMonth);
  // Beside another month “mar.” is a Tuesday.
  const month = named.find((part) => part !== 'mar') ?? named[0];
  if (month === undefined) return undefined;
  const number = months.findIndex((name) => name.test(month)) + 1;
  const year = parts.find((part) => /^\d{4}$/.test(part));
  const day = parts.find((part) => /^\d{1,2}(?:er|st|nd|rd|th)?$/.test(part));
  return year === undefined || day === undefined ? undefined : dayOf(year, number, /^\d+/.exec(day)?.[0] ?? '');
}

/** What may stand beside a day, its month and its year: the weekday, a zone, and what joins them. */
const besides = new RegExp(
  `^(?:${[
    'at|the|of|le|a|den|der|um|uhr|er|utc|gmt|bst|cet|cest|edt|est|pdt|pst',
    'sun|mon|tues?|wed|thu|thurs?|fri|sat|(?:sun|mon|tues|wednes|thurs|fri|satur)day',
    'lun|mar|mer|jeu|ven|sam|dim|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche',
    'mo|di|mi|do|fr|sa|so|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend',
  ].join('|')})$`,
);

/**
 * Whether a text is one day, with its time, and no more. `Week of 1 March 2025` and `1 - 7 March 2025` are more, though
 * a first day can be read of them.
 */
export function isDayAlone(text: string): boolean {
  const words = folded(text.replaceAll(clock, ' '))
    .split(' ')
    .filter((word) => word !== '');
  const [numbers, others] = [
    words.filter((word) => /^\d+(?:er|st|nd|rd|th)?$/.test(word)),
    words.filter((word) => !/^\d/.test(word)),
  ];
  return (
    numbers.length + others.length === words.length &&
    numbers.length <= (others.some(isMonth) ? 2 : 3) &&
    others.every((word) => isMonth(word) || besides.test(word))
  );
}

/** The moment of a text; undefined where it is none, also of a day that no month has: `Date` takes 30 February for 2 March. */
export function instantOf(text: string): Date | undefined {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  const instant = new Date(text);
  return (day !== undefined && !isDay(day)) || Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** What the days of a table say of their order. */
export class Dates {
  #dayFirst = false;
  #monthFirst = false;
  #either: string | undefined;
  /** Days as a spreadsheet writes those that it has read, and as others are written; undefined where one of them may be either. */
  readonly #written: { turned?: string | undefined; left?: string | undefined } = {};
  #isParted = true;
  readonly #given: DateOrder | undefined;
  readonly #usual: DateOrder | undefined;

  /**
   * @param given what the person says; who writes French or German writes the day first, whatever the file leaves open
   */
  constructor(given: DateOrder | undefined, language: Language = 'en') {
    this.#given = given;
    this.#usual = language === 'en' ? undefined : 'dmy';
  }

  learn(text: string): void {
    const { first, second } = numeric.exec(text)?.groups ?? {};
    if (first === undefined || second === undefined) {
      const day = isoDay.exec(text)?.groups?.['day'];
      if (day === undefined) return;
      this.#written.turned ??= text;
      this.#isParted &&= Number(day) <= 12;
      return;
    }
    this.#written.left ??= text;
    this.#isParted &&= Number(first) > 12 || Number(second) > 12;
    // Days with points between them are written day first by all who write them.
    if (text.includes('.')) this.#dayFirst = true;
    else if (Number(first) > 12) this.#dayFirst = true;
    else if (Number(second) > 12) this.#monthFirst = true;
    else if (first !== second) this.#either ??= text;
  }

  /** A day of which nobody can say which it is: none of the file shows the order of its days, nor did the person. */
  get ambiguous(): string | undefined {
    return this.order === undefined ? this.#either : undefined;
  }

  /** A day that is read as the language of the headings writes days, since no other of the file shows it. */
  get guess(): string | undefined {
    return this.#given === undefined && !this.#dayFirst && !this.#monthFirst && this.#usual !== undefined
      ? this.#either
      : undefined;
  }

  /** What is to be known where the language decides. */
  get notes(): string[] {
    return this.guess === undefined
      ? []
      : [
          `“${this.guess}” is read as ${this.read(this.guess)}, as days are written in the language of the ` +
            'headings. Else say --dates mdy.',
        ];
  }

  /**
   * Why days are not to be read that are written in two ways, those of one way all of the first twelve of a month: a
   * spreadsheet of another country reads those of a column that it can, day for month, and leaves the others as they were.
   */
  get halfTurned(): string | undefined {
    const { turned, left } = this.#written;
    return this.#isParted && turned !== undefined && left !== undefined
      ? `Its days are written in two ways (“${turned}”, “${left}”), and those of one way are all of the first ` +
          'twelve of a month: a spreadsheet of another country has read them, and may have taken the month for ' +
          'the day.'
      : undefined;
  }

  /** Days of both orders in one file. */
  get isMixed(): boolean {
    return this.#given === undefined && this.#dayFirst && this.#monthFirst;
  }

  get order(): DateOrder | undefined {
    return this.#given ?? (this.#dayFirst ? 'dmy' : this.#monthFirst ? 'mdy' : this.#usual);
  }

  /** Undefined where it is no day. */
  read(text: string): Day | undefined {
    const iso = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:$|[ T])/.exec(text);
    if (iso) return dayOf(iso[1] ?? '', iso[2] ?? '', iso[3] ?? '');
    if (/^\d{8}$/.test(text)) return dayOf(text.slice(0, 4), text.slice(4, 6), text.slice(6));
    const { first, second, year } = numeric.exec(text)?.groups ?? {};
    if (first === undefined || second === undefined || year === undefined) return namedDay(text);
    return this.order === 'mdy' ? dayOf(year, first, second) : dayOf(year, second, first);
  }
}
