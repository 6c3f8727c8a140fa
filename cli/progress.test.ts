import { expect, test } from '@jest/globals';
import { pipeline, stepName } from '../lambdas/pipeline.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { sharesOf } from '../localstack/embedded/run/step-shares.ts';
import { leftInWords } from './progress.ts';

test.each([
  [1000, 0.5, undefined],
  [10_000, 0.01, undefined],
  [10_000, 1, undefined],
  [10_000, 0.5, 'about 10 s left'],
  [10_000, 0.25, 'about 30 s left'],
  [20_000, 0.1, 'about 3 min left'],
  [9000, 0.9, 'about 1 s left'],
])('after %d ms and %d of the work: %s', (elapsed, share, words) => {
  expect(leftInWords(elapsed, share)).toBe(words);
});

test('the share of a run grows from step to step, from 0 to 1', () => {
  const steps = pipeline(loadCatalog());
  const share = sharesOf(steps);
  const shares = steps.flatMap((step) => [share(step, 0), share(step, 0.5), share(step, 1)]);
  expect(shares[0]).toBe(0);
  expect(shares.at(-1)).toBeCloseTo(1, 9);
  shares.forEach((one, i) => expect(one).toBeGreaterThanOrEqual(shares[i - 1] ?? 0));
  // What a share is given for is a step that there is.
  expect(steps.map(stepName)).toContain('transform web_events');
});
