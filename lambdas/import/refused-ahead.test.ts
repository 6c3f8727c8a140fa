/** What ad_spend is going to refuse is told before it is landed, and is in no sum. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lookAt } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'refused-ahead-'));
});
afterEach(() => rm(home, { recursive: true }));

const google = (...others: readonly object[]) => [
  {
    results: others.map((other, at) => ({
      customer: { id: '1', currencyCode: 'EUR' },
      campaign: { id: String(at), name: 'A', advertisingChannelType: 'SEARCH' },
      segments: { date: '2025-03-10' },
      metrics: { clicks: '5', impressions: '100', costMicros: '2000000' },
      ...other,
    })),
  },
];
const meta = (...others: readonly object[]) => ({
  data: others.map((other, at) => ({
    account_id: '5',
    account_currency: 'EUR',
    campaign_id: String(at),
    campaign_name: 'A',
    date_start: '2025-03-10',
    date_stop: '2025-03-10',
    spend: '5.00',
    impressions: '100',
    inline_link_clicks: '3',
    ...other,
  })),
  paging: {},
});
const tiktok = (...others: readonly object[]) => ({
  code: 0,
  message: 'OK',
  data: {
    list: others.map((other, at) => ({
      dimensions: { campaign_id: String(at), stat_time_day: '2025-03-10 00:00:00', ...other },
      metrics: { campaign_name: 'A', currency: 'EUR', spend: '5.00', impressions: '100', clicks: '3' },
    })),
    page_info: { page: 1, total_page: 1, page_size: 100, total_number: others.length },
  },
});
const segments = (other: object) => ({ segments: { date: '2025-03-10', ...other } });
const told = async (answer: object) => {
  const [one] = await lookAt(home, 'a.json', JSON.stringify(answer));
  if (one?.kind === 'refused') return { refused: one.why };
  const part = one?.kind === 'understood' ? one.understood.parts[0] : undefined;
  return { notes: part?.notes.join(), spend: part?.totals.find(({ what }) => what === 'spend')?.imported };
};

test.each<[string, object, string]>([
  ['Google’s conversion actions', google(segments({ conversionAction: 'x' })), 'broken down by segments.conversionAction,'],
  ['Google’s assets', google({ adGroupAdAssetView: { resourceName: 'x' } }), 'broken down by adGroupAdAssetView,'],
  ['Meta’s products', meta({ product_id: '1' }, { product_id: '2' }), 'broken down by product_id,'],
  ['Meta’s assets', meta({ image_asset: { hash: 'x' } }), 'broken down by image_asset,'],
  ['TikTok’s interests', tiktok({ interest_category: 'x' }), 'broken down by dimensions.interest_category,'],
  ['no type of campaign', google({ campaign: { id: '1', name: 'A' } }), 'field campaign.advertisingChannelType is missing'],
  ['no currency', google({ customer: { id: '1' } }), 'field customer.currencyCode is missing'],
  ['no account', meta({ account_id: undefined }), 'field account_id is missing'],
])('an answer is refused that is only of %s', async (_, answer, why) => {
  expect(await told(answer)).toEqual({ refused: expect.stringContaining(why) });
}); // prettier-ignore

test('records that are going to be refused are told of, and are in no sum', async () => {
  const answer = google({}, segments({ conversionAction: 'x' }), { campaign: { id: '9', name: 'A' } });
  expect(await told(answer)).toEqual({
    notes: expect.stringMatching(
      /^1 record is going to be refused, and is not in the sum\. The report is broken down by segments\.conversionAction,.*1 record is .* campaign\.advertisingChannelType/,
    ),
    spend: '2.00 EUR',
  });
});

test.each<[string, object, string]>([
  ['Google’s devices', google(segments({ device: 'MOBILE' }), segments({ device: 'TABLET' })), '4.00 EUR'],
  ['Meta’s ages', meta({ age: '18-24' }, { age: '25-34' }), '10.00 EUR'],
  ['TikTok’s countries', tiktok({ country_code: 'FR' }), '5.00 EUR'],
])('an answer by what adds up is taken: %s', async (_, answer, spend) => {
  expect(await told(answer)).toEqual({ notes: '', spend });
});
