/** What a Lambda that computes has for one invocation: a folder, and an engine over it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine, type Engine } from '../duckdb.ts';

/** A folder that is empty at first and gone at the end: the next invocation of the process finds an empty disk. */
export async function withScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'sillage-'));
  try {
    await mkdir(spillOf(scratch));
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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
