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

/** A generated lake with these curated tables. */
export async function generatedLake(
  engine: Engine,
  request: GenerateRequest,
  tables: readonly string[],
): Promise<SmallLake> {
  const small = await smallLake(engine);
  await generate(small.lake, request);
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

/** Rows of one lake that the other has not: a few of them, for thousands would be told of one fault. */
function lacking(rows: readonly object[], others: readonly object[]): object[] {
  const left = new Map<string, number>();
  for (const row of others) {
    const text = JSON.stringify(row);
    left.set(text, (left.get(text) ?? 0) + 1);
  }
  const found = rows.filter((row) => {
    const text = JSON.stringify(row);
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
  return found.slice(0, 3);
}

/** Both lakes answer a query with the same rows, whatever their order; `own`: the original is asked another way. */
export async function expectSame(original: SmallLake, back: SmallLake, sql: string, own = sql): Promise<void> {
  const [expected, found] = [await original.ask(own), await back.ask(sql)];
  expect(expected.length).toBeGreaterThan(0);
  expect([sql, lacking(found, expected), found.length]).toEqual([sql, lacking(expected, found), expected.length]);
}

/** What a kind of export is made of, and what of a lake comes back by it. */
export interface Trip<T> {
  readonly name: string;
  /** The curated tables that it feeds. */
  readonly tables: readonly string[];
  readonly files: (of: T, made: EngineOfTests) => readonly ExportedFile[] | Promise<readonly ExportedFile[]>;
  readonly compare: (original: SmallLake, back: SmallLake, of: T) => Promise<void>;
}

/** There and back. */
export async function makeTrip<T>(made: EngineOfTests, original: SmallLake, of: T, trip: Trip<T>): Promise<void> {
  const back = await importedLake(made.engine, original, await trip.files(of, made), trip.tables);
  try {
    await trip.compare(original, back, of);
  } finally {
    await back.dispose();
  }
}
