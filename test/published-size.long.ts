/** What a dashboard loads of the lake that `npm start` makes: 90 days of the shop, at its usual size. */
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { manifestSchema } from '../lambdas/publish/manifest-schema.ts';
import { folder, sillage } from './support-sillage.ts';

const kB = 1000;
const lake = folder('published-size');

test('the marts of 90 days are at most 1.5 MB, and those of the first paint at most 150 kB', async () => {
  const { code, stderr } = await sillage(['up', '--no-serve', '--lake', lake]);
  // Of its two runs nobody need know.
  expect({ code, warned: /did not come to its end/.test(stderr) }).toEqual({ code: 0, warned: false });
  const { marts, tables } = v.parse(
    manifestSchema,
    JSON.parse(readFileSync(join(lake, 'site/data/manifest.json'), 'utf8')),
  );
  expect(tables['orders']?.slices).toBeGreaterThanOrEqual(90);
  const sizeOf = (use: RegExp) =>
    Object.values(marts)
      .filter((mart) => use.test(mart.use))
      .flatMap(({ files }) => files)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  expect(sizeOf(/^first$/)).toBeLessThanOrEqual(150 * kB);
  expect(sizeOf(/./)).toBeLessThanOrEqual(1500 * kB);
});
