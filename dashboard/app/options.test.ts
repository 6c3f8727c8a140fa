import { expect, test } from '@jest/globals';
import { martOf } from '../data/mart.fixture.ts';
import { campaigns } from './options.ts';

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
