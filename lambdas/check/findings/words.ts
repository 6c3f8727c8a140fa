/** How a finding says what was found. */
import type { AnswerValue } from '../../shared/ports/warehouse.ts';
import type { Answer } from './finding.ts';

export const text = (value: AnswerValue | undefined): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
export const euros = (value: AnswerValue | undefined): string => `${Number(value ?? 0).toFixed(2)} EUR`;
export const percent = (part: AnswerValue | undefined, all: AnswerValue | undefined): string =>
  `${Math.round((100 * Number(part)) / Number(all))} %`;
/** A name as a shell takes it. */
export const quoted = (name: string): string => `"${name.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`;

/** Rows together that have one first value. */
export function byFirst(rows: Answer): (readonly [string, Answer])[] {
  const found = new Map<string, (readonly AnswerValue[])[]>();
  for (const row of rows) found.set(text(row[0]), [...(found.get(text(row[0])) ?? []), row]);
  return [...found];
}
