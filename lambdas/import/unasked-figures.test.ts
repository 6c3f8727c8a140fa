/** Figures that nobody asked a platform for are not 0 without a word. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lookAt } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'unasked-figures-'));
});
afterEach(() => rm(home, { recursive: true }));

const google = (...metrics: readonly object[]) => [
  {
    results: metrics.map((one, at) => ({
      customer: { id: '1', currencyCode: 'EUR' },
      campaign: { id: String(at), name: 'A', advertisingChannelType: 'SEARCH' },
      segments: { date: '2025-03-10' },
      metrics: one,
    })),
  },
];
const meta = (figures: object) => ({
  data: [
    { account_id: '5', account_currency: 'EUR', campaign_id: '2', campaign_name: 'A', date_start: '2025-03-10', date_stop: '2025-03-10', spend: '5.00', ...figures }, // prettier-ignore
  ],
  paging: {},
});
const told = async (answer: object) => {
  const [one] = await lookAt(home, 'a.json', JSON.stringify(answer));
  return one?.kind === 'refused' ? one.why : one?.kind === 'understood' && one.understood.parts[0]?.notes.join();
};

test.each<[string, object, RegExp]>([
  [
    'what Google’s clicks cost',
    google({ clicks: '5', impressions: '100' }),
    /^No record of it has metrics\.costMicros/,
  ],
  ['what many impressions cost', google({ impressions: '90000' }), /^No record of it has metrics\.costMicros/],
  ['Google’s clicks', google({ costMicros: '5', impressions: '90000' }), /metrics\.clicks, so clicks are 0/],
  ['Meta’s clicks on links', meta({ clicks: '9', impressions: '100' }), /inline_link_clicks, so clicks are 0/],
])('are told: %s', async (_, answer, why) => {
  expect(await told(answer)).toMatch(why);
});

test.each<[string, object]>([
  ['nothing was clicked and spent', google({ impressions: '100' })],
  ['another record has them', google({ clicks: '5', impressions: '100' }, { costMicros: '5', clicks: '1' })],
  ['all are there', meta({ clicks: '9', inline_link_clicks: '3', impressions: '100' })],
])('are not told where %s', async (_, answer) => {
  expect(await told(answer)).toBe('');
});
