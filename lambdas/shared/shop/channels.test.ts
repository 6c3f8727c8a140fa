import { expect, test } from '@jest/globals';
import { asChannel, frenchChannels } from './channels.ts';

test.each([
  ['E-mail', 'Email'],
  ['email', 'Email'],
  ['paid-social', 'Paid Social'],
  ['Réseaux sociaux payants', 'Paid Social'],
  ['reseaux sociaux', 'Organic Social'],
  ['Influencers', 'Influencer'],
  ['Influenceur', 'Influencer'],
  // A channel of the shop's own.
  ['Agence', 'Agence'],
  ['Salons & foires', 'Salons & foires'],
])('%s is %s', (name, channel) => {
  expect(asChannel(name)).toBe(channel);
});

test('each channel is itself, in English and in French', () => {
  for (const [channel, french] of Object.entries(frenchChannels))
    expect([asChannel(channel), asChannel(french)]).toEqual([channel, channel]);
});
