import type { Answer, AnswerRow, Relation } from '../../../../lambdas/shared/ports/warehouse.ts';
import type { Pattern, Statement } from './ast.ts';
import { functionNames, signaturesOf } from './functions/register.ts';
import { catalog as lakeCatalog, catalogs, database, databases } from './names.ts';
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
export function show(sql: string, statement: Exclude<Statement, { kind: 'query' | 'explain' }>, shown: Shown): Answer {
  const wanted = (name: string): boolean =>
    statement.kind === 'show create' || statement.like === undefined || matches(name, statement.like);
  if (statement.kind === 'show schemas')
    return answer(
      ['Schema'],
      ['information_schema', database].filter(wanted).map((name) => [name]),
    );
  if (statement.kind === 'show catalogs')
    return answer(
      ['Catalog'],
      [lakeCatalog, 'system'].filter(wanted).map((name) => [name]),
    );
  if (statement.kind === 'show functions') return functionsLike(wanted);
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
  if (statement.kind === 'show create') return created(sql, statement, columns, shown.relations().get(statement.table));
  const rows = columns.filter(({ name }) => wanted(name)).map(({ name, type }) => [name, spell(type), '', '']);
  return answer(['Column', 'Type', 'Extra', 'Comment'], rows);
}

/**
 * The statement that would make a table or a view, as Athena's catalogue has it.
 * @throws QueryFailed for one that is the other
 */
function created(
  sql: string,
  { of, table, at }: Extract<Statement, { kind: 'show create' }>,
  columns: readonly Column[],
  relation: Relation | undefined,
): Answer {
  const name = [lakeCatalog, database, table].join('.');
  if (relation?.kind === 'view' && of === 'view')
    return answer(['Create View'], [[`CREATE VIEW ${name} SECURITY DEFINER AS\n${relation.sql.trim()}`]]);
  if (relation?.kind === 'table' && of === 'table') {
    const listed = columns.map((column) => `   ${column.name} ${spell(column.type)}`).join(',\n');
    return answer(
      ['Create Table'],
      [[`CREATE TABLE ${name} (\n${listed}\n)\nWITH (\n   format = 'PARQUET',\n   partitioned_by = ARRAY['dt']\n)`]],
    );
  }
  const is = relation?.kind === 'view' ? 'view' : relation?.kind === 'table' ? 'table' : 'table of the system';
  throw failed(sql, at, `Relation '${name}' is a ${is}, not a ${of}`);
}

/** Every signature of the subset, in the columns that Trino has. */
function functionsLike(wanted: (name: string) => boolean): Answer {
  const kinds = { scalar: 'scalar', aggregate: 'aggregate', window: 'window' } as const;
  const rows = functionNames()
    .filter(wanted)
    .flatMap((name) =>
      (signaturesOf(name) ?? []).map(({ kind, parameters, result }): AnswerRow => [
        name,
        spell(result),
        parameters
          .map((parameter) =>
            parameter.is === 'value' ? spell(parameter.type) : parameter.is === 'lambda' ? 'function' : 'varchar',
          )
          .join(', '),
        kinds[kind],
        true,
        '',
      ]),
    );
  const { columns } = answer(
    ['Function', 'Return Type', 'Argument Types', 'Function Type', 'Deterministic', 'Description'],
    [],
  );
  return {
    columns: columns.map((column) => (column.name === 'Deterministic' ? { ...column, type: 'boolean' } : column)),
    rows,
  };
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
