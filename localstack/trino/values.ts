/** Trino's types and JSON values in the spelling of the house's answers. */
import { z } from 'zod';
import type { AnswerValue } from '../../lambdas/shared/ports/warehouse.ts';
import { parseType, type Type } from '../embedded/warehouse/trino/types.ts';

/** A type without the length of texts (a literal's own, which Athena never shows) and without the quotes of names. */
export function plainType(type: string): string {
  return (
    type
      .replaceAll(/\bvarchar\(\d+\)/g, 'varchar')
      .replaceAll('"', '')
      .replaceAll(/, ?/g, ', ')
      .replaceAll(/\bdecimal\((\d+), (\d+)\)/g, 'decimal($1,$2)')
      // A literal has as many digits of a second as were written; Athena's answers have three.
      .replaceAll(/\btimestamp\(\d+\)/g, 'timestamp(3)')
      .replaceAll(/\bINTERVAL [A-Z ]+/g, (interval) => interval.toLowerCase())
  );
}

const any = z.unknown();

/** A value of Trino's JSON, by its type. @throws Error where the value is not of the type */
export function readValue(value: unknown, type: string): AnswerValue {
  const parsed = parseType(type);
  if (parsed) return read(value, parsed);
  if (type === 'timestamp(3) with time zone' && typeof value === 'string')
    return value.replace(/^(\S+ \S+) /, (_, clock: string) => `${milliseconds(clock)} `);
  return z.union([z.null(), z.boolean(), z.number(), z.string()]).catch(JSON.stringify(value)).parse(value);
}

function read(value: unknown, type: Type): AnswerValue {
  if (value === null || value === undefined) return null;
  if (type.name === 'array')
    return z
      .array(any)
      .parse(value)
      .map((item) => read(item, type.element));
  if (type.name === 'map')
    return Object.fromEntries(
      Object.entries(z.record(z.string(), any).parse(value)).map(([key, item]) => [key, read(item, type.value)]),
    );
  if (type.name === 'row') {
    const items = z.array(any).parse(value);
    return Object.fromEntries(type.fields.map((field, i) => [field.name ?? `field${i}`, read(items[i], field.type)]));
  }
  if (type.name === 'boolean') return z.boolean().parse(value);
  if (['integer', 'smallint', 'tinyint'].includes(type.name)) return z.number().parse(value);
  if (type.name === 'bigint') return typeof value === 'string' ? exact(BigInt(value)) : z.number().parse(value);
  // NaN and the infinities are texts.
  if (type.name === 'double' || type.name === 'real')
    return typeof value === 'string' ? Number(value) : z.number().parse(value);
  return type.name === 'timestamp' ? milliseconds(z.string().parse(value)) : z.string().parse(value);
}

/** `YYYY-MM-DD HH:MM:SS.mmm`, whatever digits of the second were kept. */
function milliseconds(text: string): string {
  const [clock = '', fraction = ''] = text.split('.');
  return `${clock}.${fraction.padEnd(3, '0').slice(0, 3)}`;
}

/** As a number where it is exact. */
const exact = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
