/**
 * Trino's own tests, as its release published them, asked of both engines: where the embedded one answers, Trino answers
 * alike. Only the questions are read out of the sources; the answers are the engine's, which passes its own tests.
 */
import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../lambdas/shared/ports/warehouse.ts';
import { TrinoFailed } from '../../localstack/trino/client.ts';
import { skipped } from '../skipped.ts';
import { differences, shown } from './compare.ts';
import { embedded } from './embedded.ts';
import { engine } from './engine-435.ts';
import { countedIn } from './page.ts';
import { type Published, publishedIn } from './published.ts';
import { javaIn, publishedSources } from './published-sources.ts';
import { release, server } from './surroundings.ts';
import { askTogether } from './together.ts';

/** Answers that change with the clock or with chance, or have no type, are not compared. */
const moving = /\b(?:now|current_\w+|localtime\w*|random|rand|uuid|shuffle|version)\b/i;

const sources = release === engine ? await publishedSources() : { missing: `they are those of Trino ${engine}` };
if ('missing' in sources) process.exitCode = skipped("Trino's own tests", sources.missing, { couldBeMade: false });

('folder' in sources ? describe : describe.skip)("Trino's own tests", () => {
  test('are answered as Trino answers them, or not at all', async () => {
    const questions = new Map<string, Published>();
    for (const java of await javaIn('folder' in sources ? sources.folder : ''))
      for (const question of publishedIn(java)) if (!moving.test(question.sql)) questions.set(question.sql, question);
    const ours = await embedded();
    const count = { refused: 0, fails: 0 };
    const answered: { readonly sql: string; readonly answer: Answer }[] = [];
    const apart: string[] = [];
    try {
      for (const { sql, fails } of questions.values()) {
        const answer = await ours.ask(`SELECT ${sql} AS c0`);
        if (typeof answer === 'string') count[answer]++;
        else if (fails)
          apart.push(`${sql}: Trino's test says that it fails, the embedded engine answers ${shown(answer.rows[0]?.[0] ?? null)}`); // prettier-ignore
        else if (!answer.columns[0]?.type.includes('unknown')) answered.push({ sql, answer });
      }
    } finally {
      ours.close();
    }
    const theirs = await askTogether(
      server,
      answered.map(({ sql }) => sql),
    );
    for (const [i, { sql, answer }] of answered.entries()) {
      const trino = theirs[i];
      if (trino === undefined || trino instanceof TrinoFailed)
        apart.push(`${sql}: Trino fails (${trino?.message.slice(0, 100)}), the embedded engine answers ${shown(answer.rows[0]?.[0] ?? null)}`); // prettier-ignore
      else apart.push(...differences(trino, answer, { ordered: true }).map((difference) => `${sql}: ${difference}`));
    }
    expect(apart).toEqual([]);
    const { told, counted } = countedIn('docs/portable-sql.md', 'published', {
      asked: questions.size,
      answered: answered.length,
      ...count,
    });
    expect(told).toEqual(counted);
  });
});
