import { createHmac, randomBytes } from 'node:crypto';

/** The shop's secret for pseudonyms. It is never printed; `fingerprint` tells two keys apart without telling either. */
export interface PseudonymKey {
  readonly fingerprint: string;
  /** The pseudonym of a value: the first 128 bits of its HMAC-SHA-256 (RFC 2104), 32 hexadecimal digits. */
  pseudonym(value: string): string;
}

const shortest = 16;

/** A key from its text. @throws Error where it is shorter than 16 characters */
export function pseudonymKey(secret: string): PseudonymKey {
  if (secret.length < shortest)
    throw new Error(`The pseudonym key has ${secret.length} characters; give at least ${shortest}.`);
  const pseudonym = (value: string) => createHmac('sha256', secret).update(value).digest('hex').slice(0, 32);
  return { fingerprint: pseudonym('sillage: the fingerprint of this key').slice(0, 8), pseudonym };
}

/** A new secret of 256 random bits. */
export function newSecret(): string {
  return randomBytes(32).toString('hex');
}
