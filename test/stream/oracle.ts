/**
 * What must hold after a run, worked out from the records that the stream was given and without any code of `land` or
 * of the transform.
 */
import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
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
function counted(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/**
 * The day of an event of these runs: none is so old, or so far ahead, that the collector would take it and not believe
 * it.
 */
export const dayOf = (event: object): string =>
  new Date(textOf(event, 'event_time').replace(' ', 'T')).toISOString().slice(0, 10);

const isClean = (event: object) => textOf(event, 'event_id').length === 36;

export interface Raw {
  /** Lines of all raw objects. */
  readonly lines: readonly string[];
  /** Ids of the events that must come out of them, each once. */
  readonly ids: readonly string[];
  /** Lines that the transform must reject. */
  readonly unclean: number;
}

/** How often each text must stand in the lake, and how often it may. */
class Bounds {
  readonly #least = new Map<string, number>();
  readonly #most = new Map<string, number>();

  add(text: string, isCertain: boolean): void {
    this.#most.set(text, (this.#most.get(text) ?? 0) + 1);
    if (isCertain) this.#least.set(text, (this.#least.get(text) ?? 0) + 1);
  }

  /** Texts that are missing, that nobody sent, or, where each is to be there once, that are there too often. */
  broken(found: readonly string[], isExact: boolean): string[] {
    const counts = counted(found);
    const missing = [...this.#least]
      .filter(([text, least]) => (counts.get(text) ?? 0) < (isExact ? least : 1))
      .map(([text]) => `missing: ${text}`);
    const extra = [...counts]
      .filter(([text, count]) => count > (isExact ? (this.#most.get(text) ?? 0) : this.#most.has(text) ? Infinity : 0))
      .map(([text, count]) => `${count} times: ${text}`);
    return [...missing, ...extra];
  }
}

/** The parts of a message in protocol buffers: varints are passed over, what has a length is given. */
function* partsOf(message: Buffer): Generator<readonly [field: number, bytes: Buffer]> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    if ((key & 7) === 2) {
      const length = varint();
      yield [key >> 3, message.subarray(at, at + length)];
      at += length;
    } else varint();
  }
}

/**
 * What a record holds, read by another road than `land` does: several in the Kinesis Producer Library's format (a magic
 * number, records as field 3 with their data as field 3, an MD5), else itself.
 */
function recordsIn(data: Buffer): Buffer[] {
  if (!data.subarray(0, 4).equals(Buffer.from('f3899ac2', 'hex'))) return [data];
  return [...partsOf(data.subarray(4, -16))].flatMap(([field, record]) =>
    field === 3 ? [...partsOf(record)].flatMap(([part, bytes]) => (part === 3 ? [bytes] : [])) : [],
  );
}

/**
 * Whether raw holds what the stream was given: every record that it promised, but for those in whose bytes a bit
 * flipped, and then it tells of a damage, unless a power cut came too; nothing that nobody sent; each once, where
 * nothing made the mapping deliver records again after it had gone on; objects that say the truth about themselves; and
 * of each event that was acknowledged, the id.
 */
export async function expectAllLanded(run: Run, schedule: Schedule): Promise<Raw> {
  const bounds = { lines: new Bounds(), rejects: new Bounds() };
  const excused = new Set<string>();
  const possible = new Set<string>();
  for (const { data, isPromised, isHit } of run.given) {
    for (const unit of run.packed.get(data.toString('base64'))?.map((text) => Buffer.from(text)) ?? recordsIn(data)) {
      const event = objectIn(unit);
      (event === undefined ? bounds.rejects : bounds.lines).add(String(unit), isPromised && !isHit);
      if (event !== undefined && isHit) excused.add(textOf(event, 'event_id'));
      if (event !== undefined) possible.add(textOf(event, 'event_id'));
    }
  }
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
    const days = new Set(own.map((line) => dayOf(objectIn(Buffer.from(line)) ?? {})));
    const isTrue =
      Number(rows) === own.length &&
      (singleDay !== 'true' || (days.size === 1 && days.has(/dt=(?<day>[\d-]+)/.exec(key)?.groups?.['day'] ?? '')));
    if (!isTrue)
      throw new Error(
        `${key} says that it has ${rows} rows, single-day ${singleDay}; it has ${own.length}, of ` +
          `${[...days].join(', ')}.`,
      );
  }
  const isExact =
    schedule.mapping.parallelizationFactor === 1 &&
    run.givenUp === 0 &&
    !schedule.faults.checkpoints.includes('forgotten') &&
    schedule.flips.length === 0 &&
    schedule.deaths.every(({ how }) => how === 'kill');
  deepEqual(
    { lines: bounds.lines.broken(lines, isExact), rejects: bounds.rejects.broken(rejects, isExact) },
    { lines: [], rejects: [] },
  );

  const events = lines.flatMap((line) => objectIn(Buffer.from(line)) ?? []);
  const clean = events.filter(isClean);
  const ids = new Set(clean.map((event) => textOf(event, 'event_id')));
  // An event has one day, however often it was sent.
  equal(
    new Set(clean.map((event) => `${dayOf(event)} ${textOf(event, 'event_id')}`)).size,
    ids.size,
    'An event landed on two days.',
  );
  deepEqual(
    [...ids].filter((id) => !possible.has(id)),
    [],
    'Events landed that nobody sent.',
  );
  const lost = run.acknowledged.filter((id) => !ids.has(id));
  deepEqual(
    lost.filter((id) => !excused.has(id)),
    [],
    'Events were acknowledged, and did not land.',
  );
  // A power cut may take the commit mark back with it: then a damaged last record looks like a write that broke off.
  const isMarked = schedule.deaths.every(({ how }) => how === 'kill');
  if (lost.length > 0 && isMarked)
    notEqual(run.damage.length, 0, 'Acknowledged events were damaged, and nothing says so.');
  return { lines, ids: [...ids], unclean: events.length - clean.length };
}
