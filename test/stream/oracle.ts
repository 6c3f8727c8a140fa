/** What must hold after a run, worked out from the stream's own records and without any code of `land` or of the transform. */
import { gunzipSync } from 'node:zlib';
import { expect } from '@jest/globals';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Run } from './run.ts';
import type { Schedule } from './schedule.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A JSON object, or undefined. */
function objectIn(bytes: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: object, field: string): string => String(Reflect.get(value, field));

/** Each text and how often it stands there. */
function counted(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

/** The day of an event of these runs: none is so old, or so far ahead, that the collector would take it and not believe it. */
export const dayOf = (event: object): string => new Date(textOf(event, 'event_time').replace(' ', 'T')).toISOString().slice(0, 10);

const isClean = (event: object) => textOf(event, 'event_id').length === 36;

export interface Raw {
  /** Lines of all raw objects. */
  readonly lines: readonly string[];
  /** Of them, lines that the transform must reject. */
  readonly unclean: number;
}

/**
 * Whether raw holds what the stream held: every line, every reject; each once, where nothing made the mapping deliver records again
 * after it had gone on; objects that say the truth about themselves; and by event and day what was acknowledged, no more and no less.
 */
export async function expectAllLanded(run: Run, schedule: Schedule): Promise<Raw> {
  const units = run.records.flatMap(({ data }) => run.packed.get(Buffer.from(data).toString('base64'))?.map((text) => Buffer.from(text)) ?? [Buffer.from(data)]);
  const [lines, rejects]: [string[], string[]] = [[], []];
  for await (const { key } of run.lake.list('')) {
    const body = await run.lake.get(key);
    if (key.startsWith('ops/rejects/')) {
      const rows = await parquetReadObjects({ file: new Uint8Array(body).buffer, compressors });
      rejects.push(...rows.map((row) => String(row['record'])));
    }
    if (!key.startsWith('raw/web/events/')) continue;
    const own = gunzipSync(body).toString('utf8').trimEnd().split('\n');
    lines.push(...own);
    const { rows, 'single-day': singleDay } = (await run.lake.head(key))?.metadata ?? {};
    expect(Number(rows)).toBe(own.length);
    const days = new Set(own.map((line) => dayOf(objectIn(Buffer.from(line)) ?? {})));
    if (singleDay === 'true') expect([...days]).toEqual([/dt=(?<day>[\d-]+)/.exec(key)?.groups?.['day']]);
  }
  const sent = { lines: units.filter((unit) => objectIn(unit)).map(String), rejects: units.filter((unit) => !objectIn(unit)).map(String) };
  const isExact = schedule.mapping.parallelizationFactor === 1 && run.givenUp === 0 && !schedule.faults.checkpoints.includes('forgotten');
  if (isExact) expect({ lines: counted(lines), rejects: counted(rejects) }).toEqual({ lines: counted(sent.lines), rejects: counted(sent.rejects) });
  else expect({ lines: new Set(lines), rejects: new Set(rejects) }).toEqual({ lines: new Set(sent.lines), rejects: new Set(sent.rejects) });

  const events = lines.flatMap((line) => objectIn(Buffer.from(line)) ?? []);
  const clean = events.filter(isClean);
  expect([...new Set(clean.map((event) => `${dayOf(event)} ${textOf(event, 'event_id')}`))].map((text) => text.slice(11)).toSorted()).toEqual(run.acknowledged.toSorted());
  return { lines, unclean: events.length - clean.length };
}
