/**
 * What really caused the orders is planted in `truth/`: a figure that the pipeline had from there would prove nothing.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { generate } from '../lambdas/generate/generate.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { repository } from './in-turn.ts';
import { contents, done, folder } from './support-sillage.ts';

const [withTruth, without] = [join(folder('truth'), 'with'), join(folder('truth'), 'without')];

beforeAll(async () => {
  await generate(filesLake(withTruth), { seed: 4, eventsPerDay: 300, from: '2026-03-09', to: '2026-03-10' });
  cpSync(withTruth, without, { recursive: true });
  rmSync(join(without, 'truth'), { recursive: true });
});

test('a lake without it is built to the same bytes', async () => {
  expect(existsSync(join(withTruth, 'truth/lifts.json'))).toBe(true);
  for (const lake of [withTruth, without]) await done(['run', '--lake', lake]);
  const [one, other] = [withTruth, without].map((lake) => contents(lake, 'curated', 'marts'));
  expect(Object.keys(one ?? {}).filter((key) => key.startsWith('marts/attribution/')).length).toBeGreaterThan(0);
  expect(other).toEqual(one);
});

test('of what makes figures, no source but the generator names it', () => {
  const naming = ['athena', 'dashboard', 'glue-schemas', 'lambdas'].flatMap((room) =>
    readdirSync(join(repository, room), { recursive: true, encoding: 'utf8' })
      .filter((path) => /(?<!\.test)\.(ts|sql|json)$/u.test(path))
      .map((path) => `${room}/${path}`)
      .filter((path) => /['"`/]truth\//u.test(readFileSync(join(repository, path), 'utf8'))),
  );
  expect(naming).toContain('lambdas/generate/generate.ts');
  expect(naming.filter((path) => !path.startsWith('lambdas/generate/'))).toEqual([]);
});
