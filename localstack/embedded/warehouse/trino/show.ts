import type { Answer, AnswerRow, Relation } from '../../../../lambdas/shared/ports/warehouse.ts';
import type { Pattern, Statement } from './ast.ts';
import { catalogs, database, databases } from './names.ts';
import { type Column, didYouMean } from './scope.ts';
import { failed } from './tokens.ts';
import { spell } from './types.ts';

/** What SHOW and DESCRIBE ask. */
export interface Shown {
  relations(): ReadonlyMap<string, Relation>;
  /** What a query sees of a relation. */
  shownOf(name: string): readonly Column[] | undefined;
}

/** The answer to SHOW and DESCRIBE. @throws QueryFailed for what is not there */
export function show(sql: string, statement: Exclude<Statement, { kind: 'query' }>, shown: Shown): Answer {
  const wanted = (name: string): boolean => statement.like === undefined || matches(name, statement.like);
  if (statement.kind === 'show schemas')
    return answer(
      ['Schema'],
      ['information_schema', database].filter(wanted).map((name) => [name]),
    );
  const qualifier = statement.kind === 'show tables' ? statement.schema?.qualifier : statement.qualifier;
  if (qualifier) refuseUnknown(sql, qualifier);
  if (statement.kind === 'show tables') {
    const names = [...shown.relations().keys()].filter(wanted).toSorted();
    return answer(
      ['Table'],
      names.map((name) => [name]),
    );
  }
  const columns = shown.shownOf(statement.table);
  if (columns === undefined)
    throw failed(
      sql,
      statement.at,
      `Table '${statement.table}' does not exist${didYouMean(statement.table, shown.relations().keys())}`,
    );
  const rows = columns.filter(({ name }) => wanted(name)).map(({ name, type }) => [name, spell(type), '', '']);
  return answer(['Column', 'Type', 'Extra', 'Comment'], rows);
}

const answer = (names: readonly string[], rows: readonly AnswerRow[]): Answer => ({
  columns: names.map((name) => ({ name, type: 'varchar' })),
  rows,
});

function refuseUnknown(sql: string, qualifier: readonly string[]): void {
  const [schema = '', catalog] = qualifier.toReversed();
  if (catalog !== undefined && !catalogs.has(catalog)) throw failed(sql, 0, `Catalog '${catalog}' does not exist`);
  if (!databases.has(schema)) throw failed(sql, 0, `Schema '${schema}' does not exist; write ${database}`);
}

/** LIKE: `%` stands for any letters, `_` for one, what stands behind the escape for itself. */
function matches(name: string, { pattern, escape }: Pattern): boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const letter = pattern[i] ?? '';
    if (escape !== undefined && letter === escape) source += literally(pattern[++i] ?? '');
    else source += letter === '%' ? '.*' : letter === '_' ? '.' : literally(letter);
  }
  return new RegExp(`^${source}$`, 'su').test(name);
}

const literally = (letter: string): string => letter.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
