import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { literal, openEngine, type Engine } from '../shared/duckdb.ts';
import { read } from './names.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 200, spill: join(tmpdir(), 'sillage-areas') });
});
afterAll(() => engine.close());

const cases: readonly (readonly [country: string | null, postcode: string | null, area: string | null])[] = [
  ['FR', '75001', '75'],
  ['fr', ' 13 001 ', '13'],
  ['FR', "'69003", '69'],
  ['FR', '1000', '01'],
  ['FR', 'F-33000', '33'],
  ['FR', '92057 CEDEX', '92'],
  ['FR', '20000', '2A'],
  ['FR', '20137', '2A'],
  ['FR', '20200', '2B'],
  ['FR', '20600', '2B'],
  ['FR', '97400', '974'],
  ['RE', '97400', '974'],
  // The codes by which post and statistics know the territories overseas.
  ['GP', null, '971'],
  ['MQ', null, '972'],
  ['GF', null, '973'],
  ['PM', null, '975'],
  ['YT', null, '976'],
  ['BL', null, '977'],
  ['MF', null, '978'],
  ['WF', null, '986'],
  [' pf ', null, '987'],
  ['NC', null, '988'],
  ['FR', '97133', '971'],
  ['FR', '98714', '987'],
  ['FR', '95000', '95'],
  ['FR', '96000', null],
  ['FR', '00000', null],
  ['FR', '20090', '2A'],
  ['FR', '20290', '2B'],
  ['FR', '75 001', '75'],
  ['FR', '75.001', '75'],
  ['FR', '97 133', '971'],
  ['FR', '98800', '988'],
  ['FR', '98000', 'MC'],
  ['MC', '98000', 'MC'],
  ['BE', '1000', 'BE'],
  ['GB', 'SW1A 1AA', 'GB'],
  [' ch ', '1201', 'CH'],
  [' ', '75001', null],
  ['FR', '00100', null],
  ['FR', '99999', null],
  ['FR', '750', null],
  ['FR', '750011', null],
  ['FR', 'Paris', null],
  ['FR', '', null],
  ['FR', null, null],
  ['', '75001', null],
  [null, '75001', null],
];

test('an area is the département in France, and the country elsewhere', async () => {
  const session = await engine.connect();
  await session.run(read('area.sql'));
  const text = (value: string | null) => (value === null ? 'NULL' : literal(value));
  const values = cases.map(([country, postcode], n) => `(${n}, ${text(country)}, ${text(postcode)})`).join(', ');
  const found = await session.rows(
    `SELECT area_of(country, postcode) AS area FROM (VALUES ${values}) AS v(n, country, postcode) ORDER BY n`,
  );
  expect(found.map(({ area }, n) => [...(cases[n] ?? []).slice(0, 2), area])).toEqual(cases);
});
