import { visible } from '../visible.ts';

/** What every lake refuses alike, so that a key or a metadata value that works on a laptop works on S3. */

/** The key cannot name an object of a lake. */
export class InvalidKey extends Error {
  override readonly name = 'InvalidKey';
  readonly key: string;
  constructor(key: string, reason: string) {
    super(`The key "${visible(key)}" cannot name an object: ${reason}.`);
    this.key = key;
  }
}

/** The metadata cannot travel as HTTP headers, which is how S3 carries it. */
export class InvalidMetadata extends Error {
  override readonly name = 'InvalidMetadata';
}

/** S3's limits, in bytes. */
const keyBytes = 1024;
const metadataBytes = 2048;
/** A file name may have 255 bytes; a few stay free for the names that stand beside it. */
const nameBytes = 240;

const rules: readonly { readonly reason: string; readonly broken: (key: string) => boolean }[] = [
  { reason: 'it is empty', broken: (key) => key === '' },
  { reason: 'it begins with a slash', broken: (key) => key.startsWith('/') },
  { reason: 'it ends with a slash', broken: (key) => key.endsWith('/') },
  { reason: 'two of its slashes stand together', broken: (key) => key.includes('//') },
  { reason: 'one of its names begins with a dot', broken: (key) => /(?:^|\/)\./u.test(key) },
  { reason: 'it holds a backslash', broken: (key) => key.includes('\\') },
  // S3 lists keys in XML, which cannot carry these.
  { reason: 'it holds a control character', broken: (key) => /[\p{Cc}\uFFFE\uFFFF]/u.test(key) },
  { reason: 'it is not well-formed Unicode', broken: (key) => /\p{Cs}/u.test(key) },
  // A file whose name is in no Unicode is listed with it, and another file may have the name that is shown.
  { reason: 'it holds U+FFFD, which stands for bytes that are no text', broken: (key) => key.includes('\uFFFD') },
  { reason: `it is longer than ${keyBytes} bytes`, broken: (key) => Buffer.byteLength(key) > keyBytes },
  {
    reason: `one of its names is longer than ${nameBytes} bytes`,
    broken: (key) => key.split('/').some((name) => Buffer.byteLength(name) > nameBytes),
  },
];

/** The keys that Sillage itself makes break no rule, as one look shows: a listing asks it of each of thousands. */
const plain = /^(?:[\w=-][\w=.-]*\/)*[\w=-][\w=.-]*$/;

const brokenRule = (key: string) =>
  key.length <= nameBytes && plain.test(key) ? undefined : rules.find((rule) => rule.broken(key));

/** Whether a key may name an object. Listings show no others. */
export function isKey(key: string): boolean {
  return brokenRule(key) === undefined;
}

/** Why nothing under a name can be an object, and what to do about it; undefined where it may be one. */
export function whyStray(key: string): string | undefined {
  const reason = whyNoKey(key);
  return reason === undefined ? undefined : `${reason}. Rename it.`;
}

/** Why a name is the key of no object; undefined where it may be one. */
export function whyNoKey(key: string): string | undefined {
  return brokenRule(key)?.reason;
}

/** @throws InvalidKey */
export function checkKey(key: string): void {
  const rule = brokenRule(key);
  if (rule !== undefined) throw new InvalidKey(key, rule.reason);
}

/** @throws InvalidMetadata */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    if (!/^[a-z0-9][a-z0-9-]*$/u.test(name)) {
      throw new InvalidMetadata(`The metadata name ${JSON.stringify(name)} may hold only a–z, 0–9 and hyphens.`);
    }
    if (!/^(?:[!-~](?:[ -~]*[!-~])?)?$/u.test(value)) {
      throw new InvalidMetadata(`The metadata value of ${name} must be printable ASCII with no space at its ends.`);
    }
    bytes += name.length + value.length;
  }
  if (bytes > metadataBytes)
    throw new InvalidMetadata(`Metadata is limited to ${metadataBytes} bytes; this has ${bytes}.`);
}

/** The first code unit that stands for half of a character: below it, JavaScript's order is that of UTF-8 bytes. */
const firstSurrogate = 0xd8_00;

/** The order of listings: by UTF-8 bytes, which is not the order of JavaScript's `<` beyond the basic plane. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [one, other] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (one === other) continue;
    return one < firstSurrogate && other < firstSurrogate
      ? one - other
      : Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return a.length - b.length;
}
