import { UnportableSql } from '../ports/warehouse.ts';

/** White space, comments and opening brackets. */
const before = /(?:\s|--[^\n]*|\/\*[\s\S]*?\*\/|\()*/y;
const wordPattern = /\w*/y;

const reading: ReadonlySet<string> = new Set([
  'SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN',
]); // prettier-ignore

/** The first word of a text from an offset on, in capitals, and where it begins. */
function firstWord(sql: string, from: number): { readonly word: string; readonly at: number } {
  before.lastIndex = from;
  before.exec(sql);
  const at = before.lastIndex;
  wordPattern.lastIndex = at;
  return { word: (wordPattern.exec(sql)?.[0] ?? '').toUpperCase(), at };
}

/**
 * Lets a statement pass that only reads, by its first word: whoever asks may have rights to drop a table. `EXPLAIN
 * ANALYZE` runs what it explains, and so does EXECUTE. Athena itself takes one statement at a time.
 * @throws UnportableSql naming the statement
 */
export function assertReads(sql: string): void {
  const { word, at } = firstWord(sql, 0);
  const runs = word === 'EXPLAIN' && firstWord(sql, at + word.length).word === 'ANALYZE';
  if (reading.has(word) && !runs) return;
  const lines = sql.slice(0, at).split('\n');
  const named = runs ? 'EXPLAIN ANALYZE' : word === '' ? 'what begins here' : word;
  throw new UnportableSql(
    `line ${lines.length}:${(lines.at(-1) ?? '').length + 1}: ${named} as a statement is not taken; write one ` +
      'SELECT: a query only reads',
  );
}
