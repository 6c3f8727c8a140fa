import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { likeness, nearestNames } from './nearest-names.ts';

const campaigns = ['FR Search Soins bio', 'FR Search Marque', 'PMax Été', 'Retargeting, été'];

test.each([
  ['fr_search_soins-bio', ['FR Search Soins bio', 'FR Search Marque']],
  ['pmax_ete', ['PMax Été']],
  ['newsletter', []],
])('the names nearest to %s', (name, nearest) => expect(nearestNames(name, campaigns)).toEqual(nearest));

test('alike is what two names are to each other, and most to themselves', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const like = likeness(one, other);
      expect(like).toBe(likeness(other, one));
      expect(like).toBeGreaterThanOrEqual(0);
      expect(like).toBeLessThanOrEqual(1);
    }),
  );
});
