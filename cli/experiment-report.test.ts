import { expect, test } from '@jest/globals';
import { parseExperiments } from '../lambdas/shared/shop/experiments.ts';
import { foundBy } from './experiment-report.ts';

test('what an experiment found is rounded in a list as in its reading', () => {
  const one = {
    id: 'display-regions-1',
    channel: 'Display',
    from: '2026-09-01',
    to: '2026-09-28',
    held_out: { everywhere: true },
    result: {
      incrementality: 1.8613,
      low: -0.2049,
      high: 3.9,
      attribution_model: 'last_non_direct',
      lookback_days: 30,
      method: 'difference in differences',
      read_on: '2026-10-01',
    },
  };
  const said = parseExperiments(JSON.stringify({ experiments: [one] })).map((each) =>
    foundBy(each, new Date('2026-11-01')),
  );
  expect(said).toEqual([['caused 1.86 of its attributed orders (95 %: -0.20 to 3.90)']]);
});
