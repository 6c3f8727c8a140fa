/** What an answer without any figure means: nothing was there, or the question named what the lake calls otherwise. */
import { nodesIn } from '../warehouse/trino/query-nodes.ts';
import { QueryFailed, UnportableSql } from '../../../lambdas/shared/ports/warehouse.ts';
import { parse } from '../warehouse/trino/parser/statements.ts';
import type { Expression, TableExpression } from '../warehouse/trino/ast.ts';
import { seenDaysSql } from '../../../lambdas/shared/seen-days.ts';
import type { DescribedTable, Json } from '../reader/reader.ts';
import type { Ask } from './figures.ts';

/**
 * Columns whose values are the lake's own words, and few: these are named. Those of others are strangers' texts, which
 * have no business in a note.
 */
const ownWords: ReadonlySet<string> = new Set([
  'attribution_model',
  'channel',
  'device',
  'event_name',
  'financial_status',
  'level',
  'part',
  'platform',
  'status',
  'tier',
  'touch_type',
]);
/** Conditions of one question that are looked at. */
const mostConditions = 4;

const isNothing = (value: Json): boolean =>
  value === null || value === 0 || (typeof value === 'string' && /^-?0(?:\.0+)?$/u.test(value));

/** Whether an answer has no row, or no figure but 0. */
export const isEmpty = (rows: readonly (readonly Json[])[]): boolean => rows.every((row) => row.every(isNothing));

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const isNode =
  <Kind extends string>(kind: Kind) =>
  (node: object): node is (Expression | TableExpression) & { readonly kind: Kind } =>
    'kind' in node && node.kind === kind;

/** A text that a question holds a column of a table against. */
export interface Condition {
  readonly table: string;
  readonly column: string;
  readonly text: string;
}

/** What a text says as a statement; undefined for what is said in more of Trino's SQL than is read here. */
function understood(sql: string): ReturnType<typeof parse> | undefined {
  try {
    return parse(sql);
  } catch (error) {
    if (error instanceof UnportableSql || error instanceof QueryFailed) return undefined;
    throw error;
  }
}

/** The texts of a question that it holds columns against. */
export function conditionsIn(sql: string, tables: readonly DescribedTable[]): Condition[] {
  const statement = understood(sql);
  if (statement?.kind !== 'query') return [];
  const nodes = nodesIn(statement.query);
  const read = new Set(nodes.filter(isNode('table')).map(({ name }) => name));
  const pairs = nodes.flatMap((node): (readonly [Expression, Expression])[] => {
    if (isNode('compare')(node) && node.operator === '=') return [[node.left, node.right], [node.right, node.left]]; // prettier-ignore
    if (isNode('in')(node) && !node.negated) return node.list.map((value) => [node.value, value] as const);
    return [];
  });
  const found = pairs.flatMap(([name, value]) => {
    const column = name.kind === 'name' ? name.parts.at(-1) : undefined;
    if (column === undefined || value.kind !== 'literal' || value.type !== 'varchar') return [];
    return tables
      .filter(
        (table) => read.has(table.name) && table.columns.some((one) => one.name === column && one.type === 'varchar'),
      )
      .map((table) => ({ table: table.name, column, text: value.text }));
  });
  return found.slice(0, mostConditions);
}

/** Which texts of a question no row has, and what stands there in their place. */
export async function unknownTexts(sql: string, tables: readonly DescribedTable[], ask: Ask): Promise<string[]> {
  const notes: string[] = [];
  for (const { table, column, text } of conditionsIn(sql, tables)) {
    const found = await ask(`SELECT 1 AS found FROM ${table} WHERE ${column} = ${quoted(text)} LIMIT 1`);
    if (found.length > 0) continue;
    const others = ownWords.has(column)
      ? (await ask(`SELECT DISTINCT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL ORDER BY 1`)).flatMap(
          ({ value }) => (typeof value === 'string' ? [value] : []),
        )
      : [];
    notes.push(
      `No row of ${table} has the ${column} ${quoted(text)}, so nothing was found, which is not ` +
        `0.${others.length > 0 ? ` There are: ${others.join(', ')}.` : ''}`,
    );
  }
  return notes;
}

/** What should be known of an answer without a figure, before it is taken for “none”. */
export async function emptyNotes(sql: string, tables: readonly DescribedTable[], ask: Ask): Promise<string[]> {
  const notes = await unknownTexts(sql, tables, ask);
  const [seen] = await ask(seenDaysSql);
  const { first, last } = seen ?? {};
  return typeof first !== 'string' || typeof last !== 'string'
    ? notes
    : [
        ...notes,
        `The answer has no figure but 0. The lake has orders and visits from ${first} to ${last}: of other ` +
          'days it knows nothing, which is not 0.',
      ];
}
