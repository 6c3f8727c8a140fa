/** What a Lambda that computes has for one invocation: a folder, and an engine over it. */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openEngine, type Engine } from '../duckdb.ts';
import { withFolder } from '../scratch.ts';

/** A folder for the work of an invocation, with one in it for what an engine spills. */
export function withScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
  return withFolder(async (scratch) => {
    await mkdir(spillOf(scratch));
    return work(scratch);
  });
}

/** Where work goes that does not fit in memory. */
export const spillOf = (scratch: string): string => join(scratch, 'spill');

/** What the process itself, the SDK and what is being sent take, beside the engine. */
const othersMb = 600;

/** What an engine may take of the function's memory. */
export function engineMemoryMb(): number {
  const given = Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? 2000);
  return Math.max(400, given - othersMb);
}

/** An engine with a folder for its files. */
export interface Tools {
  readonly engine: Engine;
  readonly scratch: string;
}

/** Opens an engine, and closes it at the end. */
export function withEngine<T>(work: (tools: Tools) => Promise<T>): Promise<T> {
  return withScratch(async (scratch) => {
    const engine = await openEngine({
      threads: availableParallelism(),
      memoryMb: engineMemoryMb(),
      spill: spillOf(scratch),
    });
    try {
      return await work({ engine, scratch });
    } finally {
      engine.close();
    }
  });
}
