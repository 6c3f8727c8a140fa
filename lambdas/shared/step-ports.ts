import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Lake } from './ports/lake.ts';
import type { Catalog } from './schema/catalog.ts';

/** What a step of the pipeline works on. */
export interface StepPorts {
  readonly lake: Lake;
  readonly catalog: Catalog;
  /** Hears what a person should know, in words. */
  readonly warn: (line: string) => void;
}

/** Every step is told of which run and which execution of the pipeline it is. */
export const stepEvent = z.object({
  run: z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{6}$/),
  execution: z.string().min(1),
});
export type StepEvent = z.output<typeof stepEvent>;

/** A name for one of many who write to the ledger in one run. */
export const writerName = (): string => randomBytes(4).toString('hex');
