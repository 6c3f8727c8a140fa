/** Queries as analysts and BI tools write them, each with its id. */
import { readFileSync } from 'node:fs';

export const analystsQueries = readFileSync(new URL('analysts-queries.sql', import.meta.url), 'utf8')
  .split(/\n\n(?=-- )/)
  .slice(1)
  .map((text) => ({ id: /^-- (\w+)/.exec(text)?.[1] ?? '', sql: text.trim().replace(/;$/, '') }));
