/**
 * What the smoke test asks AWS for: each request is one that AWS knows, and the deployed settings are those that are
 * wanted.
 */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { settings } from '../../cdk/smoke-settings.ts';
import { stacksOf } from '../../cdk/smoke.ts';

test('the settings of what was deployed are as they should be, where the emulator knows them', async () => {
  const architecture = z.enum(['arm64', 'x64']).parse(process.arch);
  const findings = await settings(await stacksOf('sillage-dev'), architecture);
  const of = (state: string) => findings.filter((each) => each.state === state).map(({ about }) => about);
  expect(of('ok')).toEqual(expect.arrayContaining(['function land', 'function check', 'mapping of the stream']));
  expect(of('ok').filter((about) => about.startsWith('bucket ')).length).toBe(3);
  // The emulator makes a secret without the alphabet that it is told, and has no figures.
  expect(of('failed')).toEqual(['key of the pseudonyms']);
  expect(of('not known').filter((about) => !about.startsWith('alarm '))).toEqual(['who is told by the alarms']);
  expect(of('not known').length).toBeGreaterThan(15);
});
