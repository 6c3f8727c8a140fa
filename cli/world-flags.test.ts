import { expect, test } from '@jest/globals';
import { parseGenerateRequest } from '../lambdas/generate/generate.ts';
import { foundOrLoad } from '../lambdas/generate/market/world.ts';
import { memoryLake } from '../lambdas/shared/ports/memory-lake.ts';
import { inFlags } from './world-flags.ts';

const day = '2025-01-01';

/** What a person reads who asks for a market. */
async function said(asked: object, before?: object): Promise<string> {
  const lake = memoryLake();
  try {
    if (before !== undefined) await foundOrLoad(lake, parseGenerateRequest({ from: day, to: day, ...before }), day);
    const { from, ...request } = parseGenerateRequest({ from: day, to: day, ...asked });
    await foundOrLoad(lake, request, from);
    return '';
  } catch (error) {
    return error instanceof Error ? inFlags(error.message) : String(error);
  }
}

test.each<[string, object, string]>([
  ['a number with a fraction', { seed: 1.5 }, '--seed must be a whole number'],
  ['a number in two words', { initialCustomers: -1 }, '--initial-customers must be 0 or more'],
  [
    'two at once',
    { dirt: 3, eventsPerDay: 5 },
    '--events-per-day must be at least 100; --dirt must be between 0 (clean) and 1 (as in real life)',
  ],
  ['a share', { consent: 2 }, '--consent must be between 0 (nobody) and 1 (everybody)'],
])('%s is told by the name of its option', async (_, asked, message) => {
  expect(await said(asked)).toBe(message);
});

test.each<[string, object, RegExp]>([
  [
    'seed',
    { seed: 2 },
    / holds a world with --seed 1, and 2 was asked for: leave --seed out, or generate into another lake\.$/,
  ],
  [
    'size',
    { eventsPerDay: 600 },
    / with --events-per-day 5000, and 600 was asked for: leave --events-per-day out, or /,
  ],
  [
    'day',
    { from: '2024-12-31' },
    /^The market opens on 2025-01-01, and 2024-12-31 .* into another lake with --opens 2024-12-31\.$/,
  ],
])('another %s than the lake has is told so, too', async (_, asked, message) => {
  expect(await said(asked, {})).toMatch(message);
});
