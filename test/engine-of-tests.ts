import { afterAll, beforeAll } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine, type Engine, type Session } from '../lambdas/shared/duckdb.ts';

/** What the tests of a file work with; each is there once the tests begin. */
export interface EngineOfTests {
  readonly engine: Engine;
  readonly session: Session;
  readonly folder: string;
}

/**
 * Opens a small engine and a folder for the tests of a file, and takes both away at the end.
 * @param name begins the folder's
 */
export function engineOfTests(name: string, use: (made: EngineOfTests) => void): void {
  let made: EngineOfTests;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), `${name}-`));
    const engine = await openEngine({ threads: 1, memoryMb: 200, spill: join(folder, 'spill') });
    made = { folder, engine, session: await engine.connect() };
    use(made);
  });
  afterAll(async () => {
    made.session.close();
    made.engine.close();
    await rm(made.folder, { recursive: true });
  });
}
