import { readFileSync } from 'node:fs';
import { home } from '../lambdas/shared/home.ts';

/** A question of an analyst, and the query that answers it. */
export interface Question {
  /** From 1, in the order of the page. */
  readonly number: number;
  readonly question: string;
  readonly sql: string;
}

/** The questions of docs/analysts.md: a heading with a number, and below it the query. */
export function analystsQuestions(): Question[] {
  const page = readFileSync(new URL('docs/analysts.md', home), 'utf8');
  return [...page.matchAll(/^### (\d+)\. (.+)\n\n```sql\n([\s\S]*?)\n```$/gm)].map(
    ([, number, question = '', sql = '']) => ({ number: Number(number), question, sql }),
  );
}
