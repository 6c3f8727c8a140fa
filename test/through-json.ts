import { expect } from '@jest/globals';
import type { Batch, Built, SliceMaker } from '../lambdas/shared/slices/slice-maker.ts';

/** Fails where data is not plain, so that JSON would hand on something else: a date, a map, a class. */
function plain<T>(data: T): T {
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  return structuredClone(data);
}

/** A maker of whose plans, batches and results only what JSON can hold is handed on, as between Lambdas. */
export function throughJson<B extends Batch, R extends Built>(maker: SliceMaker<B, R>): SliceMaker<B, R> {
  return {
    plan: async () => plain(await maker.plan()),
    build: async (batch) => plain(await maker.build(batch)),
    close: () => maker.close(),
  };
}
