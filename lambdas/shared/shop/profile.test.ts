import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { memoryLake } from '../ports/memory-lake.ts';
import { home } from '../home.ts';
import {
  declaredParts,
  defaultProfile,
  InvalidProfile,
  ownParts,
  parseProfile,
  profileKey,
  readProfile,
  shopParts,
} from './profile.ts';

const cost = { from: '2024-01-01', fulfilment_eur: 4.9, payment_rate: 0.014, payment_fixed_eur: 0.25 };

describe('a profile', () => {
  test.each<[string, unknown]>([
    ['of nothing has the defaults', {}],
    [
      'says what it says',
      {
        name: 'Été',
        currency: 'usd',
        time_zone: 'America/New_York',
        domains: ['Shop.Example', 'xn--sho-bma.example', 'été.example'],
        costs: [cost, { ...cost, from: '2025-01-01' }],
      },
    ],
    [
      'has costs that no platform reports',
      {
        marketing_costs: [
          { name: 'Brevo', channel: 'Email', from: '2025-01-01', amount_eur: 49.9, per: 'month' },
          { name: 'Brevo', channel: 'Email', from: '2026-01-01', to: '2026-02-01', amount_eur: 59, per: 'month' },
        ],
      },
    ],
    [
      'has annotations',
      {
        annotations: [
          { day: '2025-03-10', text: 'Launch of the serum' },
          { day: '2025-11-24', to: '2025-11-30', text: 'Black Week' },
        ],
      },
    ],
    [
      'has names of campaigns',
      {
        campaign_names: [
          { utm_campaign: 'ete', platform: 'meta_ads', campaign_id: '120200000000000000' },
          { utm_campaign: 'ete', utm_source: 'google', platform: 'google_ads', campaign_id: '7' },
        ],
      },
    ],
  ])('%s', (_, json) => {
    const profile = parseProfile(JSON.stringify(json));
    // Whatever was left out is there, and reading it once more changes nothing.
    expect(Object.keys(profile).toSorted()).toEqual(declaredParts.options.toSorted());
    expect(parseProfile(JSON.stringify(ownParts(profile)))).toEqual(profile);
  });

  test('is read whatever the case and the byte order mark, as people save files', () => {
    expect(parseProfile('\uFEFF{"currency": " chf ", "domains": ["WWW.Shop.Example"]}')).toMatchObject({
      currency: 'CHF',
      domains: ['www.shop.example'],
    });
  });

  test('a channel has one spelling, however a person writes it', () => {
    const one = { name: 'Brevo', channel: ' e-mail ', from: '2025-01-01', amount_eur: 49.9, per: 'month' };
    expect(parseProfile(JSON.stringify({ marketing_costs: [one] })).marketing_costs[0]?.channel).toBe('Email');
  });

  test.each<[string, unknown, RegExp]>([
    ['a part that there is not', { timezone: 'Europe/Paris' }, /timezone/],
    ['a list', [], /expected object/],
    ['a time zone that nobody has', { time_zone: 'Mars/Olympus' }, /time_zone: .*IANA/],
    ['an offset for a zone', { time_zone: '+02:00' }, /time_zone/],
    ['a currency in words', { currency: 'euros' }, /currency: .*ISO 4217/],
    ['an address for a domain', { domains: ['https://shop.example/'] }, /domains\.0: .*without https/],
    ['a host without a dot', { unwanted_referrals: ['paypal'] }, /unwanted_referrals\.0/],
    ['a quote in a path', { own_paths: ["pro'duits"] }, /own_paths\.0/],
    [
      'a fraction of a cent',
      { costs: [{ ...cost, fulfilment_eur: 4.905 }] },
      /costs\.0\.fulfilment_eur: .*two decimal/,
    ],
    ['percent for a share', { costs: [{ ...cost, payment_rate: 1.5 }] }, /costs\.0\.payment_rate: .*1\.5 % as 0\.015/],
    ['less than a percent for a share', { costs: [{ ...cost, payment_rate: 0.9 }] }, /costs\.0\.payment_rate: .*share/],
    ['a cost from two on', { costs: [cost, cost] }, /costs: .*same day/],
    ['no costs at all', { costs: [] }, /costs: has no entry/],
    ['a day that there is not', { costs: [{ ...cost, from: '2025-02-30' }] }, /costs\.0\.from: .*2025-01-31/],
    [
      'an end before the start',
      {
        marketing_costs: [
          { name: 'a', channel: 'Email', from: '2025-02-01', to: '2025-01-01', amount_eur: 1, per: 'day' },
        ],
      },
      /marketing_costs\.0\.from: is after to/,
    ],
    [
      'an annotation that ends before it begins',
      { annotations: [{ day: '2025-03-10', to: '2025-03-09', text: 'a' }] },
      /annotations\.0\.day: is after to/,
    ],
    ['an annotation without a text', { annotations: [{ day: '2025-03-10', text: ' ' }] }, /annotations\.0\.text/],
    [
      'an annotation twice',
      {
        annotations: [
          { day: '2025-03-10', text: 'a' },
          { day: '2025-03-10', to: '2025-03-11', text: 'a' },
        ],
      },
      /annotations: .*same day/,
    ],
    ['an escape in a name', { name: 'a\u001B[31m' }, /name: .*control/],
    ['a look-back that nothing has', { lookback_days: 14 }, /lookback_days: must be 7, 30 or 90/],
    ['a model that nothing has', { attribution_model: 'best' }, /attribution_model/],
    [
      'one name for two campaigns',
      {
        campaign_names: [
          { utm_campaign: 'A', platform: 'meta_ads', campaign_id: '1' },
          { utm_campaign: 'a', platform: 'meta_ads', campaign_id: '2' },
        ],
      },
      /campaign_names: .*one name/,
    ],
    [
      'one name for two campaigns, of one source by two names',
      {
        campaign_names: [
          { utm_campaign: 'a', utm_source: 'fb', platform: 'meta_ads', campaign_id: '1' },
          { utm_campaign: 'a', utm_source: 'Facebook', platform: 'meta_ads', campaign_id: '2' },
        ],
      },
      /campaign_names: .*one name/,
    ],
  ])('with %s is refused by name', (_, json, reason) => {
    expect(() => parseProfile(JSON.stringify(json))).toThrow(InvalidProfile);
    expect(() => parseProfile(JSON.stringify(json))).toThrow(reason);
  });

  test('that is no JSON is refused', () => {
    for (const text of ['', '{', 'currency: EUR', '{"currency": "EUR",}'])
      expect(() => parseProfile(text)).toThrow(/it is no JSON/);
  });
});

describe('the profile of a lake', () => {
  test('is the default where there is none, and said to be', async () => {
    expect(await readProfile(memoryLake('a'))).toEqual({ profile: defaultProfile, isThere: false });
  });

  test('that cannot be read stops the work, and says where it stands', async () => {
    const lake = memoryLake('a');
    await lake.put(profileKey, '{"currency": 5}');
    await expect(readProfile(lake)).rejects.toThrow(/shop\.json in .*: currency: .*sillage shop/);
  });
});

test('the page of the profile explains each part', () => {
  const page = readFileSync(new URL('docs/shop.md', home), 'utf8');
  for (const part of shopParts.options) expect(page).toContain(`\`${part}\``);
});
