/** What Trino and the embedded engine make of every trap, and the table of it in docs/portable-sql-constructs.md. */
import { type Answer, QueryFailed, UnportableSql } from '../../lambdas/shared/ports/warehouse.ts';
import type { DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { expressions, statements, type Trap } from '../../localstack/embedded/warehouse/trino/traps.ts';
import { ask, TrinoFailed } from '../../localstack/trino/client.ts';
import { shown } from './compare.ts';

/** An answer, or the way in which there was none: Trino's name for the error, or `refused` or `fails` here. */
export type Outcome = { readonly answer: Answer } | { readonly without: string };

export interface Asked {
  readonly id: string;
  readonly sql: string;
  readonly expected: Trap[2];
  readonly kind: 'expression' | 'statement';
  readonly trino: Outcome;
  readonly duckdb: Outcome;
}

/** They would change what the others read; that the house refuses them is a test of its own. */
const write: ReadonlySet<string> = new Set(['create', 'insert', 'delete', 'drop']);
const atATime = 4;

async function onTrino(server: string, schema: string, id: string, sql: string): Promise<Outcome> {
  if (write.has(id)) return { without: 'not asked' };
  try {
    return { answer: await ask(server, schema, sql) };
  } catch (error) {
    if (error instanceof TrinoFailed) return { without: error.code };
    throw error;
  }
}

async function onDuckdb(warehouse: DuckdbWarehouse, sql: string): Promise<Outcome> {
  try {
    return { answer: await warehouse.query(sql) };
  } catch (error) {
    if (error instanceof UnportableSql) return { without: 'refused' };
    if (error instanceof QueryFailed) return { without: 'fails' };
    throw error;
  }
}

interface Question extends Pick<Asked, 'id' | 'sql' | 'expected' | 'kind'> {
  readonly whole: string;
  readonly since: number;
}

/** What an older release has not. */
const notThere: Outcome = { without: 'not there' };
export const isThere = ({ trino }: Asked): boolean => trino !== notThere;

const engineQuestions: readonly Question[] = [
  ...expressions.map(([id, sql, expected, since = 0]): Question => ({
    id,
    sql,
    expected,
    kind: 'expression',
    whole: `SELECT ${sql}`,
    since,
  })),
  ...statements.map(([id, sql, expected, since = 0]): Question => ({ id, sql, expected, kind: 'statement', whole: sql, since })), // prettier-ignore
];

/** Asks both engines for every trap; the answers stand in the traps' order. */
export async function askAll(
  { url, release }: { readonly url: string; readonly release: string },
  schema: string,
  warehouse: DuckdbWarehouse,
): Promise<Asked[]> {
  const asked = new Map<string, Asked>();
  const questions = engineQuestions[Symbol.iterator]();
  // The iterator is shared: each of these takes the next question when it has its answers.
  const worker = async (): Promise<void> => {
    for (const { whole, since, ...question } of questions) {
      asked.set(question.id, {
        ...question,
        trino: Number(release) < since ? notThere : await onTrino(url, schema, question.id, whole),
        duckdb: await onDuckdb(warehouse, whole),
      });
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return engineQuestions.flatMap(({ id }) => asked.get(id) ?? []);
}

/** Whose answer is another each time, or is long: it is only said that there is one. */
const notShown: ReadonlySet<string> = new Set(['random', 'tablesample', 'explain']);

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll(/\s*\n\s*/g, ' ');
/** A code span that may hold back-ticks. */
const code = (text: string): string => (text.includes('`') ? `\`\` ${cell(text)} \`\`` : `\`${cell(text)}\``);

function outcomeCell({ id, kind }: Asked, outcome: Outcome): string {
  if ('without' in outcome) return outcome.without.includes('_') ? `fails: ${outcome.without}` : outcome.without;
  if (notShown.has(id)) return 'answers';
  const { columns, rows } = outcome.answer;
  const value = rows[0]?.[0] ?? null;
  return kind === 'expression'
    ? `${code(typeof value === 'bigint' ? String(value) : shown(value))} ${columns[0]?.type ?? ''}`
    : code(rows.map((row) => row.map(shown).join(', ')).join(' / '));
}

/** The releases of which the table speaks: the nearest to Athena, and the one that reads the lake's files where its tarball is not to be had. */
const [NEAREST, OTHER] = ['435', '368'] as const;
export const told: ReadonlySet<string> = new Set([NEAREST, OTHER]);
/** A cell of Trino's answers: a release says its own, the other's stands as the table had it; an answer that is new is taken to be both's. */
function trinoCell(answer: string, release: string, before: string = answer): string {
  const [, nearest = '', other = nearest] = new RegExp(String.raw`^(.*?)(?: \(${OTHER}: (.*)\))?$`).exec(before) ?? [];
  const [first, second] = release === NEAREST ? [answer, other] : [nearest, answer];
  return first === second ? first : `${first} (${OTHER}: ${second})`;
}

/** The table with what one release answered: a line for each trap, in their order. */
export function enginesTable(asked: readonly Asked[], release: string, before: string): string {
  const cellsBefore = new Map(
    before
      .split('\n')
      .map((line) => line.split(' | '))
      .map(([id = '', sql, trino]) => [`${id} | ${sql}`, trino]),
  );
  const line = (trap: Asked): string => {
    const [answer, duckdb] = [outcomeCell(trap, trap.trino), outcomeCell(trap, trap.duckdb)];
    const construct = `| ${cell(trap.id)} | ${code(trap.sql === '' ? ' ' : trap.sql)}`;
    const trino = trinoCell(answer, release, cellsBefore.get(construct));
    return `${construct} | ${trino} | ${trino === duckdb ? 'the same' : duckdb} |`;
  };
  const part = (kind: Asked['kind']): string =>
    asked
      .filter((trap) => trap.kind === kind)
      .map(line)
      .join('\n');
  return [
    `Asked of Trino ${NEAREST} and ${OTHER} and of the embedded engine; in brackets what ${OTHER} gives where ` +
      'it gives another answer.',
    `| construct | expression | Trino | embedded |\n| --- | --- | --- | --- |\n${part('expression')}`,
    `| construct | statement | Trino | embedded |\n| --- | --- | --- | --- |\n${part('statement')}`,
  ].join('\n\n');
}
