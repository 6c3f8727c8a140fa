import { expect, test } from '@jest/globals';
import { fullPageNotes, shopifyRest, wooRest } from './full-pages.ts';

test.each([
  [shopifyRest, [50, 250, 500]],
  [wooRest, [10, 100, 300]],
])('of %j full pages are told, and no others', (paged, full) => {
  const told = Array.from({ length: 501 }, (_, records) => records).filter(
    (records) => fullPageNotes(records, paged).length > 0,
  );
  expect(told.filter((records) => !full.includes(records) && records % paged.full !== 0)).toEqual([]);
  expect(full.filter((records) => !told.includes(records))).toEqual([]);
  expect(told).not.toContain(0);
});
