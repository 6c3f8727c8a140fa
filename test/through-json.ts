import assert from 'node:assert/strict';
import type { Batch, Built, SliceMaker } from '../lambdas/shared/slices/slice-maker.ts';

/** Whether JSON would hand on the same: a date, a map or a class would come out as something else. */
function isPlain(data: unknown): boolean {
  if (typeof data === 'object' && data !== null) {
    const holder = Array.isArray(data) || data.constructor.name === 'Object';
    return holder && Object.values(data).every(isPlain);
  }
  return data === null || Number.isFinite(data) || ['undefined', 'string', 'boolean'].includes(typeof data);
}

// Not with Jest's `expect`: the schedules run without Jest, too.
function plain<T>(data: T): T {
  assert(isPlain(data), `not plain: ${JSON.stringify(data)}`);
  return structuredClone(data);
}

/** A maker of whose plans, batches and results only what JSON can hold is handed on, as between Lambdas. */
export function throughJson<B extends Batch, R extends Built>(maker: SliceMaker<B, R>): SliceMaker<B, R> {
  return {
    plan: async (options) => plain(await maker.plan(options)),
    build: async (batch) => plain(await maker.build(batch)),
  };
}
