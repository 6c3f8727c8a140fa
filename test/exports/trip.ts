/** The way out of a lake and back: exports of what was generated, imported into an empty lake. */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { generate, type GenerateRequest } from '../../lambdas/generate/generate.ts';
import { textsUnder } from '../../lambdas/generate/generated.ts';
import { landAll, look } from '../../lambdas/import/import.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import type { Engine } from '../../lambdas/shared/duckdb.ts';
import { readProfile } from '../../lambdas/shared/shop/profile.ts';
import type { EngineOfTests } from '../engine-of-tests.ts';
import { smallLake, type SmallLake } from '../small-lake.ts';

/** A file as a person has downloaded it. */
export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** When it was, where that is not the usual moment. */
  readonly at?: Date;
}

export const exportedAt = new Date('2025-03-01T08:00:00Z');

/** Builds tables, those that others read first. */
async function built(small: SmallLake, tables: readonly string[]): Promise<SmallLake> {
  const { profile } = await readProfile(small.lake);
  for (const table of ['fx_rates', ...tables]) await small.transform(table, { profile });
  return small;
}

/** A generated lake with these curated tables; of several requests each goes on in the world of the first. */
export async function generatedLake(
  engine: Engine,
  requests: readonly GenerateRequest[],
  tables: readonly string[],
): Promise<SmallLake> {
  const small = await smallLake(engine);
  for (const request of requests) await generate(small.lake, request);
  return built(small, tables);
}

/** What a lake needs beside an export: the shop's profile, and the rates of the days where no file has them. */
async function setUp(from: Lake, to: Lake, hasRates: boolean): Promise<void> {
  for (const prefix of ['shop.json', ...(hasRates ? [] : ['raw/reference/'])])
    for (const { key, text } of await textsUnder(from, prefix)) await to.put(key, text);
}

/** Imports files as the command does: all are understood, and what they add up to is what they say themselves. */
export async function importFiles(lake: Lake, files: readonly ExportedFile[], options: { dates?: 'dmy' } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'exports-'));
  for (const { name, bytes, at = exportedAt } of files) {
    await writeFile(join(folder, name), bytes);
    await utimes(join(folder, name), at, at);
  }
  const scratch = await mkdtemp(join(tmpdir(), 'exports-scratch-'));
  const looked = await look(lake, [folder], { scratch, ...options });
  expect(looked.map((one) => [one.name, one.kind === 'refused' ? one.why : one.kind])).toEqual(
    files.map(({ name }) => [name, 'understood']).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
  for (const one of looked)
    if (one.kind === 'understood')
      for (const { what, imported, own } of one.understood.parts.flatMap(({ totals }) => totals))
        expect([one.name, what, own ?? imported]).toEqual([one.name, what, imported]);
  await landAll(lake, looked, scratch);
  for (const path of [folder, scratch]) await rm(path, { recursive: true });
}

/** A lake that holds nothing but these files, with these curated tables: no record of them is refused. */
export async function importedLake(
  engine: Engine,
  original: SmallLake,
  files: readonly ExportedFile[],
  tables: readonly string[],
): Promise<SmallLake> {
  const small = await smallLake(engine);
  await setUp(
    original.lake,
    small.lake,
    files.some(({ name }) => name.startsWith('eurofxref')),
  );
  await importFiles(small.lake, files);
  await built(small, tables);
  for (const table of tables) expect([table, await small.rejects(table)]).toEqual([table, []]);
  return small;
}

/** In what the answers of two lakes differ: a few rows of each, for thousands would be told of one fault. */
export interface Difference {
  readonly sql: string;
  readonly lost: readonly object[];
  readonly found: readonly object[];
}

/** Rows that others are not, each as often as it is there. */
function lacking(rows: readonly object[], others: readonly object[]): object[] {
  const left = new Map<string, number>();
  for (const row of others) {
    const text = JSON.stringify(row);
    left.set(text, (left.get(text) ?? 0) + 1);
  }
  return rows.filter((row) => {
    const text = JSON.stringify(row);
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

/** In what two lakes answer a query otherwise, whatever the order of rows; `own`: the original is asked another way. */
export async function differences(original: SmallLake, back: SmallLake, sql: string, own = sql): Promise<Difference[]> {
  const [expected, rows] = [await original.ask(own), await back.ask(sql)];
  const [lost, found] = [lacking(expected, rows), lacking(rows, expected)];
  return lost.length + found.length === 0 ? [] : [{ sql, lost: lost.slice(0, 3), found: found.slice(0, 3) }];
}

/** The same of several queries. */
export async function allDifferences(
  original: SmallLake,
  back: SmallLake,
  queries: readonly string[],
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const sql of queries) found.push(...(await differences(original, back, sql)));
  return found;
}

/** What a kind of export is made of, and what of a lake comes back by it. */
export interface Trip<T> {
  readonly name: string;
  /** The curated tables that it feeds. */
  readonly tables: readonly string[];
  readonly files: (of: T, made: EngineOfTests) => readonly ExportedFile[] | Promise<readonly ExportedFile[]>;
  /** In what the two lakes differ that should not. */
  readonly compare: (original: SmallLake, back: SmallLake, of: T) => Promise<readonly Difference[]>;
}

/** There and back: in what the two lakes differ. */
export async function makeTrip<T>(
  made: EngineOfTests,
  original: SmallLake,
  of: T,
  trip: Trip<T>,
): Promise<readonly Difference[]> {
  const back = await importedLake(made.engine, original, await trip.files(of, made), trip.tables);
  try {
    return await trip.compare(original, back, of);
  } finally {
    await back.dispose();
  }
}
