import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { findingsIn, oldLine } from './status.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'status-'));
});
afterEach(() => rm(root, { recursive: true }));

test.each([
  ['experiments.json', '{"experiments": [', /^The log of experiments.*cannot be used: it is no JSON/],
  ['shop.json', '{"currency": "euros"}', /shop\.json.*is not a currency/s],
])('a damaged %s is named', async (name, text, told) => {
  await writeFile(join(root, name), text);
  expect(await findingsIn(filesLake(root))).toEqual([expect.stringMatching(told)]);
});

test.each([
  ['2026-03-07', []],
  ['2026-03-11', []],
  ['2026-03-06', [expect.stringContaining('are of 2026-03-06, 4 days ago')]],
  [null, []],
])('what is known up to %s is told to be old on 2026-03-10 where it is', (last, told) => {
  expect(oldLine({ last_day: last }, '2026-03-10')).toEqual(told);
});
