/** What the process that answers and the one that asks say to each other, each message checked where it is read. */
import * as z from 'zod';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import {
  LimitReached,
  QueryFailed,
  UnportableSql,
  WarehouseUnavailable,
} from '../../../lambdas/shared/ports/warehouse.ts';
import type { PipelineReport, ReadAnswer } from './reader.ts';

const id = z.int().nonnegative();

export const Asked = z.union([
  z.object({
    id,
    ask: z.literal('query'),
    sql: z.string(),
    timeoutMs: z.number().positive(),
    maxRows: z.int().positive(),
  }),
  z.object({ id, ask: z.literal('pipeline') }),
  z.object({ id, ask: z.literal('end') }),
]);
export type Asked = z.infer<typeof Asked>;

const Failure = z.object({
  name: z.string(),
  message: z.string(),
  limit: z.enum(['time', 'memory', 'service']).optional(),
});

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

export const Told = z.union([z.object({ id, answer: z.custom<object>(isObject) }), z.object({ id, failure: Failure })]);
export type Told = z.infer<typeof Told>;

/**
 * An answer with its rows as they are: both processes are of one release, and to look through every cell would take
 * longer than to send it.
 */
export const Answered = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.custom<ReadAnswer['rows']>(Array.isArray),
  isCut: z.boolean(),
  notes: z.array(z.string()),
});
export const Reported = z.custom<PipelineReport>(isObject);

const classes = { LakeUnavailable, QueryFailed, UnportableSql, WarehouseUnavailable } as const;

/** An error on its way from one process to another. */
export function failureOf(error: unknown): z.infer<typeof Failure> {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  return { name, message, ...(error instanceof LimitReached && { limit: error.limit }) };
}

/** The error that it was. */
export function errorOf({ name, message, limit }: z.infer<typeof Failure>): Error {
  if (limit !== undefined) return new LimitReached(limit, message);
  const known = Object.entries(classes).find(([className]) => className === name)?.[1];
  return known === undefined ? new Error(message) : new known(message);
}
