import { crc32 } from 'node:zlib';

const checksum = (value: object): string => crc32(JSON.stringify(value)).toString(16).padStart(8, '0');

/** An object as JSON in which a flipped bit is found: a digit that changed would be a number like any other. */
export function sealed(value: object): string {
  return JSON.stringify({ ...value, crc32: checksum(value) }, undefined, 2);
}

/**
 * Reads what `sealed` wrote, or JSON from before it was sealed.
 * @throws Error where it is none, or has changed since
 */
export function unsealed(text: string): object {
  const read: unknown = JSON.parse(text);
  if (typeof read !== 'object' || read === null) throw new Error('It holds no JSON object.');
  if (!('crc32' in read)) return read;
  const { crc32: expected, ...value } = read;
  const found = checksum(value);
  if (found !== expected)
    throw new Error(
      `It has changed since it was written: its CRC-32 is ${found}, and it says ${JSON.stringify(expected)}.`,
    );
  return value;
}
