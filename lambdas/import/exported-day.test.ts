import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { exportedDay } from './exported-day.ts';
import { landAll, look } from './import.ts';
import { sample } from './samples/look-at.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'exported-day-'));
});
afterAll(() => rm(home, { recursive: true }));

test('the newest export of orders or visits is of a day of the shop; a report of ads is of none', async () => {
  const lake = memoryLake();
  const imported = async (name: string, at: string) => {
    const path = join(home, name);
    await writeFile(path, sample(name));
    await utimes(path, new Date(at), new Date(at));
    const scratch = join(home, `scratch-${name}`);
    await landAll(lake, await look(lake, [path], { scratch }), scratch);
  };
  expect(await exportedDay(lake, 'Europe/Paris')).toBeUndefined();
  await imported('meta-en.csv', '2026-01-05T10:00:00Z');
  expect(await exportedDay(lake, 'Europe/Paris')).toBeUndefined();
  await imported('orders_export.csv', '2026-01-02T23:30:00Z');
  expect(await exportedDay(lake, 'Europe/Paris')).toBe('2026-01-03');
  expect(await exportedDay(lake, 'America/Los_Angeles')).toBe('2026-01-02');
  await imported('ga4-bigquery.json', '2026-01-01T10:00:00Z');
  expect(await exportedDay(lake, 'Europe/Paris')).toBe('2026-01-03');
});
