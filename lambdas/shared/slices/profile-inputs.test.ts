import { expect, test } from '@jest/globals';
import { defaultProfile, parseProfile } from '../shop/profile.ts';
import { partInput, profileInputs } from './profile-inputs.ts';

test('an input changes with its own part alone', () => {
  const changed = { ...defaultProfile, currency: 'USD' };
  const before = profileInputs(defaultProfile);
  expect(
    profileInputs(changed)
      .filter(({ etag }, i) => etag !== before[i]?.etag)
      .map(({ key }) => key),
  ).toEqual(['shop.json#currency']);
  expect(partInput(defaultProfile, 'currency')).toEqual(partInput(parseProfile('{}'), 'currency'));
});
