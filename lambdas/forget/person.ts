import { bareReadings, readings } from './escapes.ts';

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

function emailPattern(email: string): string {
  const at = email.lastIndexOf('@');
  const sign = String.raw`(?:[@＠﹫]|\s*[(\[]\s*(?:at|arobase)\s*[)\]]\s*)`;
  return String.raw`(?<![\p{L}\p{N}._-])${quoted(email.slice(0, at))}${sign}${quoted(email.slice(at + 1))}(?![\p{L}\p{N}-]|\.[\p{L}\p{N}])`;
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

/** The longest run of plain signs of a text: whatever holds the text holds this, in some reading. */
const needleOf = (text: string) =>
  (text.match(/[a-z0-9]+/g) ?? []).reduce((best, one) => (one.length > best.length ? one : best), '');

/** Looks for a person in texts, also where they are written with escapes. */
export class Finder {
  readonly #pattern: RegExp | undefined;
  readonly #needles: readonly string[];
  readonly #phones: RegExp | undefined;

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
    this.#needles = [...new Set([...emails, ...ids].map((one) => needleOf(one.toLowerCase())))];
    this.#phones =
      phones.size === 0
        ? undefined
        : new RegExp(Array.from(phones, (one) => one.slice(-8).split('').join(between)).join('|'));
  }

  #mayHold(text: string): boolean {
    const lower = text.toLowerCase();
    return this.#needles.some((needle) => lower.includes(needle)) || this.#phones?.test(text) === true;
  }

  /** Whether a text holds the person, in any reading. */
  isIn(text: string): boolean {
    const pattern = this.#pattern;
    if (pattern === undefined) return false;
    for (const reading of bareReadings(text)) {
      if (this.#mayHold(reading) && reading.search(pattern) >= 0) return true;
    }
    return false;
  }

  /** Where a text holds the person, in order, no two over each other. */
  find(text: string): Found[] {
    const found: Found[] = [];
    if (this.#pattern === undefined) return found;
    for (const { text: read, spans } of readings(text)) {
      if (!this.#mayHold(read)) continue;
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
