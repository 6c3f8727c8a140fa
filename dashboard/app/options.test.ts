import { expect, test } from '@jest/globals';
import { martOf } from '../data/mart.fixture.ts';
import { campaigns, nothingOf } from './options.ts';
import { defaultState } from './state.ts';

test('campaigns of one name are told apart by their ids', () => {
  const mart = martOf(
    [
      ['meta_ads', '1', 'summer'],
      ['influencer', 'D1', 'gifts'],
      ['influencer', 'D2', 'gifts'],
    ].map(([platform = '', campaign_id = '', campaign = '']) => ({
      channel: 'Influencer',
      platform,
      campaign_id,
      campaign,
      day: 1,
    })),
  );
  expect(campaigns(mart, undefined)).toEqual([
    { value: 'meta_ads/1', label: 'summer' },
    { value: 'influencer/D1', label: 'gifts (D1)' },
    { value: 'influencer/D2', label: 'gifts (D2)' },
  ]);
});

const paid = { channel: 'Paid Social', platform: 'meta_ads', campaign_id: '1' };
const marts = {
  returns: martOf([
    { ...paid, country: 'FR', device: 'mobile' },
    { channel: 'Email', platform: null, campaign_id: null, country: null, device: null },
  ]),
  orders: martOf([{ country: 'BE' }]),
};
test.each([
  [{}, []],
  [{ channel: 'Email', country: 'BE', device: 'mobile' }, []],
  [{ channel: 'Paid Social', campaign: 'meta_ads/1' }, []],
  [{ channel: 'paid social', country: 'fr', device: 'phone' }, ['channel', 'country', 'device']],
  [{ campaign: 'summer' }, ['campaign']],
  [{ campaign: 'tiktok_ads/1' }, ['campaign']],
  [{ channel: 'Email', campaign: 'meta_ads/1' }, ['campaign']],
])('of the filters %j nothing is of %j', (chosen, expected) => {
  const filters = { ...defaultState.filters, ...chosen };
  expect(nothingOf(marts, filters)).toEqual(expected);
  expect(nothingOf({}, filters)).toEqual([]);
});
