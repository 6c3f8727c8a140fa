import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const report = (dt: string, platform: string, spend_eur: string): Row => ({ dt, platform, ad_id: platform, spend_eur });

test.each<[string, readonly Row[], readonly Row[]]>([
  ['no report at all', [], []],
  ['a tool alone that tells of no spend', [report('2026-03-01', 'klaviyo', '0.000000')], []],
  [
    'one that tells of no spend before one that does: the reports begin with that one',
    [report('2026-03-01', 'klaviyo', '0.000000'), report('2026-03-05', 'meta_ads', '0.010000')],
    [{ first_day: '2026-03-05' }],
  ],
  [
    'days without spend before the first with some: they are reported',
    [report('2026-03-02', 'meta_ads', '0.000000'), report('2026-03-05', 'meta_ads', '7.000000')],
    [{ first_day: '2026-03-02' }],
  ],
  [
    'two platforms: the first day of either',
    [report('2026-03-07', 'google_ads', '1.000000'), report('2026-03-05', 'meta_ads', '1.000000')],
    [{ first_day: '2026-03-05' }],
  ],
])('the span of the reports: %s', async (_, ad_spend, span) => {
  expect(await workshop.view('spend_days', { ad_spend })).toEqual(span);
});
