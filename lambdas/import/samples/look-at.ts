/** Looks at files as the command does, in a folder of their own. */
import { mkdirSync, readFileSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { memoryLake } from '../../shared/ports/memory-lake.ts';
import { look, type LookOptions } from '../import.ts';
import type { Looked } from '../looked.ts';
import type { Part } from '../understand.ts';

/** When the files of tests were exported. */
export const exported = new Date('2025-04-01T08:00:00Z');
export const sample = (name: string) => readFileSync(new URL(name, import.meta.url));

export type Options = Partial<LookOptions>;

/** What a look at a file with these bytes comes to; `home` is a folder of the test's own. */
export async function lookAt(
  home: string,
  name: string,
  bytes: Uint8Array | string,
  options: Options = {},
): Promise<Looked[]> {
  const path = join(home, 'files', name);
  mkdirSync(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  await utimes(path, exported, exported);
  return look(memoryLake(), [path], { scratch: join(home, 'scratch'), ...options });
}

/** The parts of a file that is understood. */
export async function partsOf(
  home: string,
  name: string,
  bytes: Uint8Array | string,
  options: Options = {},
): Promise<readonly Part[]> {
  const [one] = await lookAt(home, name, bytes, options);
  if (one?.kind !== 'understood') throw new Error(JSON.stringify(one));
  return one.understood.parts;
}

/** What is landed, as text. */
export const landed = ({ documents }: Part) => documents.map(({ path }) => readFileSync(path, 'utf8')).join('');

const record = z.record(z.string(), z.unknown());
/** The records that are landed as lines of JSON. */
export const lines = (part: Part | undefined): Record<string, unknown>[] =>
  part === undefined
    ? []
    : landed(part)
        .trim()
        .split('\n')
        .map((line) => record.parse(JSON.parse(line)));

/** What a part adds up to. */
export const totals = (part: Part | undefined): string[] | undefined =>
  part?.totals.map(({ what, imported }) => `${what} ${imported}`);
