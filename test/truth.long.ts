/**
 * The planted truth beside what the shop can see: what was really caused, and what attribution says. Loose, but able to
 * fail.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { rankCorrelation } from '../cli/scoring.ts';
import { house, type Workspace } from './house.ts';

const effect = z.object({ orders: z.number() });
const document = z.object({ all: effect, by_channel: z.record(z.string(), effect) });
const lifts = z.object({ campaigns: z.record(z.string(), z.object({ channel: z.string(), lift: z.number() })) });

const world = { seed: 21, dirt: 0, eventsPerDay: 4000, from: '2026-02-02', to: '2026-03-01' } as const;

let lake: Workspace;
/** Orders by channel: really caused, and credited by each model (30 days). */
const caused = new Map<string, number>();
const credited = new Map<string, Map<string, number>>();
let orders = 0;
let conversions = 0;
let planted: Set<string>;

beforeAll(async () => {
  lake = await house({ ...world, sources: ['web', 'crm', 'influencers'] });
  for (const day of readdirSync(join(lake.root, 'truth/incremental'))) {
    const { all, by_channel: channels } = document.parse(
      JSON.parse(readFileSync(join(lake.root, 'truth/incremental', day, 'truth.json'), 'utf8')),
    );
    orders += all.orders;
    for (const [channel, { orders: of }] of Object.entries(channels))
      caused.set(channel, (caused.get(channel) ?? 0) + of);
  }
  planted = new Set([
    'Email',
    'Influencer',
    ...Object.values(lifts.parse(JSON.parse(readFileSync(join(lake.root, 'truth/lifts.json'), 'utf8'))).campaigns)
      .filter(({ lift }) => lift > 0)
      .map(({ channel }) => channel),
  ]);
  for (const row of await lake.rows(
    'SELECT attribution_model, channel, sum(orders) AS orders FROM roi_by_channel_daily GROUP BY 1, 2',
  )) {
    const [model, channel] = z.tuple([z.string(), z.string()]).parse([row['attribution_model'], row['channel']]);
    credited.set(model, new Map([...(credited.get(model) ?? []), [channel, Number(row['orders'])]]));
  }
  conversions = Number((await lake.rows('SELECT count(*) AS n FROM order_economics'))[0]?.['n']);
});
afterAll(() => lake.remove());

const creditOf = (model: string, channel: string): number => credited.get(model)?.get(channel) ?? 0;

const line = (cells: readonly (string | number)[]): string =>
  cells.map((cell, n) => (n === 0 ? String(cell).padEnd(18) : String(cell).padStart(16))).join('');

/** A table of the channels, for whoever reads a failure. */
function shown(): string {
  const channels = [...new Set([caused, ...credited.values()].flatMap((of) => [...of.keys()]))];
  const names = [...credited.keys()].toSorted();
  const rows = channels
    .toSorted((a, b) => (caused.get(b) ?? 0) - (caused.get(a) ?? 0))
    .map((channel) =>
      line([channel, caused.get(channel) ?? 0, ...names.map((model) => creditOf(model, channel).toFixed(1))]),
    );
  return [
    '',
    `seed ${world.seed}, ${world.from} to ${world.to}: ${orders} orders in truth, ${conversions} in the lake`,
    line(['channel', 'caused', ...names]),
    ...rows,
  ].join('\n');
}

const asPlanted = 'as planted';

/** `as planted`, or what is wrong with the table of all channels. */
function verdict(condition: boolean, statement: string): string {
  return condition ? asPlanted : `${statement}\n${shown()}`;
}

/** Orders that a model credits to channels without lift. */
function withoutLift(model: string): number {
  return [...(credited.get(model) ?? [])].reduce((sum, [channel, of]) => sum + (planted.has(channel) ? 0 : of), 0);
}

test('the lake and the truth speak of the same orders', () => {
  // Orders of the last days may still be cancelled after the lake's end.
  expect(
    verdict(
      orders > 200 && conversions >= orders && conversions <= orders * 1.02,
      `${conversions} conversions for ${orders} orders`,
    ),
  ).toBe(asPlanted);
});

test('only planted channels cause orders, and they do not cause them all', () => {
  for (const [channel, of] of caused)
    expect(verdict(planted.has(channel) || of === 0, `${channel} has no lift, and caused ${of} orders`)).toBe(
      asPlanted,
    );
  const most = Math.max(...caused.values());
  expect(verdict(most > 0 && most < orders / 2, `one channel caused ${most} of ${orders} orders`)).toBe(asPlanted);
});

test.each(['last_non_direct', 'linear', 'time_decay'])('%s ranks the planted channels much as they are', (model) => {
  const channels = [...planted].toSorted();
  const rho = rankCorrelation(
    channels.map((channel) => creditOf(model, channel)),
    channels.map((channel) => caused.get(channel) ?? 0),
  );
  expect(verdict((rho ?? 0) > 0.5, `the ranks correlate by ${rho?.toFixed(2)} only`)).toBe(asPlanted);
});

test('last non-direct leaves Direct the least of all models, and the channels without lift the less', () => {
  for (const model of credited.keys())
    expect(
      verdict(creditOf('last_non_direct', 'Direct') <= creditOf(model, 'Direct') + 1e-6, `${model} gives Direct less`),
    ).toBe(asPlanted);
  expect(
    verdict(
      withoutLift('last_non_direct') <= withoutLift('last') + 1e-6,
      'the last touch gives channels without lift less than the last that is not Direct',
    ),
  ).toBe(asPlanted);
  // Habit brings orders through channels without lift, but not most of them.
  expect(
    verdict(withoutLift('last_non_direct') < conversions * 0.6, 'channels without lift have most of the credit'),
  ).toBe(asPlanted);
});

test('attribution credits channels with more than they caused: nobody is caused to buy by everything that they met', () => {
  const claimed = [...planted].reduce((sum, channel) => sum + creditOf('last_non_direct', channel), 0);
  const real = [...planted].reduce((sum, channel) => sum + (caused.get(channel) ?? 0), 0);
  expect(verdict(claimed > real * 0.8, `${claimed} orders are credited, ${real} were caused`)).toBe(asPlanted);
});
