import { expect, test } from '@jest/globals';
import type { AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { advise } from '../lambdas/attribute/response/advise.ts';
import { adviceText, readResponse } from './budget.ts';

const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
const days = Array.from({ length: 70 }, (_, n) => n).filter((n) => n !== 5);

/** Ten orders a day and none on one; each channel costs 10 EUR, and is credited with 2 orders of 15 EUR of margin. */
const asking = (channels: readonly string[]): Pick<Warehouse, 'query'> => ({
  query: (sql) =>
    Promise.resolve({
      columns: [],
      rows: sql.includes('FROM roi_incremental')
        ? days.flatMap((n) =>
            channels.map((channel): AnswerValue[] => [day(n), channel, 10, 2, 30, 0.4, 0.1, 0.9, null]),
          )
        : days.map((n): AnswerValue[] => [day(n), 10]),
    }),
});

test('what the lake says becomes what the fit takes: days without a row are days with nothing', async () => {
  const response = await readResponse(asking(['Display', 'Email']));
  expect(response.days).toBe(70);
  expect(response.curves.map(({ history }) => ({ ...history, spend: history.spend.slice(4, 7) }))).toEqual(
    ['Display', 'Email'].map((channel) => ({
      channel,
      spend: [10, 0, 10],
      attributed: (2 * 69) / 70,
      marginPerOrder: 15,
      incrementality: { incrementality: 0.4, low: 0.1, high: 0.9 },
      isTested: false,
    })),
  );
});

test('what never varied is refused in words, and keeps its spend', async () => {
  const response = await readResponse(asking(['Display']));
  const text = adviceText(response, advise(response));
  expect(text).toContain('Of no channel do the data say what more or less spend would bring.');
  expect(text).toMatch(/Display: What Display costs hardly varied/);
  expect(text).toMatch(/Display +9\.86 +9\.86 +cannot say/);
});

test('no order, no advice', async () => {
  await expect(readResponse({ query: () => Promise.resolve({ columns: [], rows: [] }) })).rejects.toThrow(
    'The lake has no order yet: run "sillage run" first.',
  );
});
