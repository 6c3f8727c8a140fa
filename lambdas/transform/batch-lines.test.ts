import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openEngine } from '../shared/duckdb.ts';
import { numberedLines } from './batch-lines.ts';

// The files are counted some at a time, at most four times: one, as many, one more, and more than twice as many.
test.each([1, 4, 5, 9])('each line of %i files is told once, by its file and its number', async (count) => {
  const folder = await mkdtemp(join(tmpdir(), 'batch-lines-'));
  const engine = await openEngine({ threads: 1, memoryMb: 200, spill: folder });
  try {
    const session = await engine.connect();
    const files = Array.from({ length: count }, (_, i) => ({
      path: join(folder, `${i}.jsonl`),
      lines: 1 + (i % 3),
      place: i + 1,
    }));
    const told = files.flatMap(({ place, lines }) =>
      Array.from({ length: lines }, (_, n) => ({ _file: place, line: n + 1, _record: `record ${place}.${n + 1}` })),
    );
    for (const { path, place, lines } of files)
      await writeFile(path, Array.from({ length: lines }, (_, n) => `record ${place}.${n + 1}\n`).join(''));
    expect(
      await session.rows(
        `SELECT _file, CAST(line AS INTEGER) AS line, _record FROM (${numberedLines(files)}) ORDER BY _file, line`,
      ),
    ).toEqual(told);
    session.close();
  } finally {
    engine.close();
    await rm(folder, { recursive: true });
  }
});
