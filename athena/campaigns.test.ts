/** The campaigns, computed once more by loops over reports by chance. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { openWorkshop, text, type Row, type Workshop } from './fixture.ts';
import { greatest, groups, latest, plain } from './sums.fixture.ts';
import { shopByChance } from './views.samples.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const least = (rows: readonly Row[], name: string): AnswerValue =>
  rows.map((row) => text(row, name)).toSorted()[0] ?? null;

test.each([21, 22])(
  'each campaign of each account, with all of its names from the oldest on (seed %i)',
  async (seed) => {
    const spent = shopByChance(seed)['ad_spend'] ?? [];
    const ad_spend = [...spent, ...spent].map((row, i): Row => {
      const name = ['Old name', 'New name', 'Été'][((i * i + i) % 7) % 3] ?? '';
      return {
        ...row,
        account_id: String(i % 2),
        campaign_name: name,
        campaign_folded: name.toLowerCase(),
        campaign_type: [null, 'search', 'display'][(i % 5) % 3] ?? null,
      };
    });
    const expected = groups(ad_spend, 'platform', 'account_id', 'campaign_id').map(([names, all]) => ({
      ...names,
      campaign: latest(all, 'campaign_name'),
      campaign_folded: text({ name: latest(all, 'campaign_name') }, 'name').toLowerCase(),
      names: groups(all, 'campaign_name', 'campaign_folded')
        .map(([{ campaign_name = null, campaign_folded = null }, some]) => ({
          name: campaign_name,
          folded: campaign_folded,
          first_day: least(some, 'dt'),
          last_day: greatest(some, 'dt'),
        }))
        .toSorted((a, b) =>
          JSON.stringify([a.first_day, a.last_day, a.name]) < JSON.stringify([b.first_day, b.last_day, b.name])
            ? -1
            : 1,
        ),
      campaign_type:
        latest(
          all.map((row) => ({ ...row, campaign_type: row['campaign_type'] ?? '' })),
          'campaign_type',
        ) || null,
      channel: latest(all, 'channel'),
      first_day: least(all, 'dt'),
      last_day: greatest(all, 'dt'),
    }));
    expect(expected.length).toBeGreaterThan(5);
    expect(
      expected.filter(({ names }) => new Set(names.map((one) => one.first_day)).size < names.length).length,
    ).toBeGreaterThan(1);
    expect(plain(await workshop.view('campaigns', { ad_spend }))).toEqual(plain(expected));
  },
);
