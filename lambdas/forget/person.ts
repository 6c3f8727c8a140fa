import { bareReadings, readings } from './escapes.ts';

/** What is known of a person at first. */
export interface Seeds {
  readonly emails: readonly string[];
  readonly customers: readonly string[];
  readonly visitors: readonly string[];
}

/** What tells one person in the lake. All of it is lower case where the case says nothing. */
export interface Person {
  readonly emails: ReadonlySet<string>;
  /** Digits with the country's code, without a sign: 33612345678. */
  readonly phones: ReadonlySet<string>;
  /** Numbers that other customers have, too: they stay in the others' records, and nobody is looked for by them. */
  readonly sharedPhones: ReadonlySet<string>;
  readonly customers: ReadonlySet<string>;
  /** Devices that are this person's alone. */
  readonly visitors: ReadonlySet<string>;
  /** Devices on which others have logged in, too: only what has no other's customer id on them is this person's. */
  readonly sharedVisitors: ReadonlySet<string>;
  /** What the purchase pages call the person's orders. */
  readonly orders: ReadonlySet<string>;
}

/** Who is meant, as far as the lake tells. */
export interface Gathered {
  /** All who are meant, as one. */
  readonly person: Person;
  /** What tells each buyer among them. @see buyerNames */
  readonly buyers: readonly (readonly string[])[];
}

export const emailOf = (text: string): string | undefined =>
  text.includes('@') ? text.trim().toLowerCase() || undefined : undefined;

/** A telephone number as its digits with the country's code. A national one is taken for a French one. */
export function phoneOf(text: string): string | undefined {
  const digits = text.replaceAll(/\(0\)|[^\d]/g, '').replace(/^00/, '');
  if (digits.length < 9) return undefined;
  return /^0\d{9}$/.test(digits) ? `33${digits.slice(1)}` : digits;
}

const nobody =
  /^(?:|0+|-1|undefined|null|nil|none|nan|void|false|true|empty|unknown|anonymous|anon|guest|visitor|user|customer|client|deleted|test|n\/?a|[0.:_-]+|\(not set\)|\[object object\])$/i;

/** An id as records have it; undefined for what scripts write where they know nobody. */
export function idOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const id = String(value).trim();
  return nobody.test(id) ? undefined : id;
}

/** What stands in the place of what was found, as curated tables have it. */
type Kind = 'email' | 'phone' | 'id';

/** A place in a text. */
export interface Found {
  readonly from: number;
  readonly to: number;
  readonly kind: Kind;
}

/** Shorter ids stand in many texts by chance: they are looked for in the fields that hold ids alone. */
export const shortestFreeId = 8;

const quoted = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
const between = String.raw`[\s.()+_\-\u00A0\u202F\u2009\u2011\u2013]{0,3}`;

/** What follows an address where a file is called after it; none is the end of a domain. */
const fileEnding = String.raw`(?:csv|tsv|txt|xlsx?|ods|jsonl?|ndjson|pdf|eml|gz)(?![\p{L}\p{N}-])`;

function emailPattern(email: string): string {
  const at = email.lastIndexOf('@');
  const sign = String.raw`(?:[@＠﹫]|\s*[(\[]\s*(?:at|arobase)\s*[)\]]\s*|\s+arobase\s+)`;
  const dot = String.raw`(?:[.．。]|\s*[(\[]\s*(?:dot|point)\s*[)\]]\s*|\s+point\s+)`;
  const domain = email
    .slice(at + 1)
    .split('.')
    .map(quoted)
    .join(dot);
  return String.raw`(?<![\p{L}\p{N}._-])${quoted(email.slice(0, at))}${sign}${domain}(?![\p{L}\p{N}-]|\.(?!${fileEnding})[\p{L}\p{N}])`;
}

function phonePattern(phone: string): string {
  const national = phone.startsWith('33') ? phone.slice(2) : phone;
  const digits = national.split('').join(between);
  const prefix = phone.startsWith('33')
    ? `(?:(?:\\+|00)?3${between}3${between}(?:\\(?0\\)?${between})?|0${between})`
    : '(?:\\+|00)?';
  return String.raw`(?<!\d)${prefix}${digits}(?!\d)`;
}

const idsPattern = (ids: readonly string[]) =>
  String.raw`(?<![\p{L}\p{N}])(?:${ids.map(quoted).join('|')})(?![\p{L}\p{N}])`;

/** The longest run of plain signs of a text: whatever holds the text holds this run, whole, in some reading. */
const longestRun = (text: string) =>
  (text.match(/[a-z0-9]+/g) ?? []).reduce((best, one) => (one.length > best.length ? one : best), '');
/** Of an address, one of its own part where it has any: that of the domain stands in all of a shop's mail. */
const needleOf = (text: string) => longestRun(text.split('@', 1)[0] ?? '') || longestRun(text);

const plain = /[a-z0-9]/i;

/**
 * Looks for a person, or several, in texts, also where they are written with escapes. How long it takes hardly depends
 * on how many are looked for: a text is searched once for all needles, and only what stands around one is held against
 * what the needle is of.
 */
export class Finder {
  readonly #pattern: RegExp | undefined;
  /** All needles, a longer one first: one that begins another is no match of it. */
  readonly #needles: RegExp | undefined;
  /** What to look for around a needle. */
  readonly #wholes: ReadonlyMap<string, RegExp>;
  readonly #phones: { readonly needles: RegExp; readonly whole: RegExp } | undefined;
  /** How far from a needle a match may begin or end. */
  readonly #around: number;

  /** @param others ids beside the person's own: the order numbers by which purchases are found, pseudonyms */
  constructor(
    { emails, phones, customers, visitors }: Person,
    others: Iterable<string> = [],
    shortest = shortestFreeId,
  ) {
    const ids = [...new Set([...customers, ...visitors, ...others])].filter((id) => id.length >= shortest);
    // A longer id first: one that begins another is no match of it.
    ids.sort((a, b) => b.length - a.length);
    const kinds: readonly (readonly [Kind, readonly string[]])[] = [
      ['email', [...emails].map(emailPattern)],
      ['phone', [...phones].map(phonePattern)],
      ['id', ids.length === 0 ? [] : [idsPattern(ids)]],
    ];
    const groups = kinds.flatMap(([kind, patterns]) =>
      patterns.length === 0 ? [] : [`(?<${kind}>${patterns.join('|')})`],
    );
    this.#pattern = groups.length === 0 ? undefined : new RegExp(groups.join('|'), 'giu');
    const wholes = new Map<string, string[]>();
    for (const [text, pattern] of [
      ...Array.from(emails, (one) => [one, emailPattern(one)] as const),
      ...ids.map((one) => [one, idsPattern([one])] as const),
    ]) {
      const needle = needleOf(text.toLowerCase());
      wholes.set(needle, [...(wholes.get(needle) ?? []), pattern]);
    }
    this.#wholes = new Map([...wholes].map(([needle, patterns]) => [needle, new RegExp(patterns.join('|'), 'iu')]));
    const needles = [...wholes.keys()].filter((one) => one !== '').toSorted((a, b) => b.length - a.length);
    this.#needles = needles.length === 0 ? undefined : new RegExp(needles.join('|'), 'gi');
    this.#phones =
      phones.size === 0
        ? undefined
        : {
            needles: new RegExp(Array.from(phones, (one) => one.slice(-8).split('').join(between)).join('|'), 'g'),
            whole: new RegExp(Array.from(phones, phonePattern).join('|'), 'iu'),
          };
    this.#around = 2 * Math.max(0, ...[...emails, ...ids].map(({ length }) => length)) + 64;
  }

  /** Whether a reading has the person, by what stands around the needles in it. */
  #holds(text: string): boolean {
    // What has no plain sign, as an address in Cyrillic letters, has no needle.
    if (this.#wholes.get('')?.test(text) === true) return true;
    const isAround = (from: number, to: number, whole: RegExp | undefined) =>
      whole?.test(text.slice(Math.max(0, from - this.#around), to + this.#around)) === true;
    if (this.#needles !== undefined)
      for (const { 0: needle, index } of text.matchAll(this.#needles)) {
        const end = index + needle.length;
        // Part of a longer run is none.
        if (plain.test(text.charAt(index - 1)) || plain.test(text.charAt(end))) continue;
        if (isAround(index, end, this.#wholes.get(needle.toLowerCase()))) return true;
      }
    if (this.#phones !== undefined)
      for (const { 0: digits, index } of text.matchAll(this.#phones.needles))
        if (isAround(index, index + digits.length, this.#phones.whole)) return true;
    return false;
  }

  /** Whether a text holds the person, in any reading. */
  isIn(text: string): boolean {
    if (this.#pattern === undefined) return false;
    for (const reading of bareReadings(text)) if (this.#holds(reading)) return true;
    return false;
  }

  /** Where a text holds the person, in order, no two over each other. */
  find(text: string): Found[] {
    const found: Found[] = [];
    if (this.#pattern === undefined) return found;
    for (const { text: read, spans } of readings(text)) {
      if (!this.#holds(read)) continue;
      for (const match of read.matchAll(this.#pattern)) {
        const end = match.index + match[0].length;
        const kind: Kind =
          match.groups?.['email'] !== undefined ? 'email' : match.groups?.['phone'] !== undefined ? 'phone' : 'id';
        found.push({ from: spans?.starts[match.index] ?? match.index, to: spans?.ends[end - 1] ?? end, kind });
      }
    }
    found.sort((a, b) => a.from - b.from || b.to - a.to);
    return found.filter(({ from }, i) => found.slice(0, i).every((before) => before.to <= from));
  }

  /** The text without the person: a mask in each place, until no reading of it has one. */
  masked(text: string): string {
    const made = this.#maskedOnce(text);
    return made === text ? text : this.masked(made);
  }

  #maskedOnce(text: string): string {
    let at = 0;
    let made = '';
    for (const { from, to, kind } of this.find(text)) {
      made += `${text.slice(at, from)}[${kind}]`;
      at = to;
    }
    return made + text.slice(at);
  }

  /** A JSON text without the person: masks within its texts, null for a number that is one of the ids. */
  maskedJson(json: string): string {
    return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs, (token) =>
      token.startsWith('"') ? `"${this.masked(token.slice(1, -1))}"` : this.isIn(token) ? 'null' : token,
    );
  }
}
