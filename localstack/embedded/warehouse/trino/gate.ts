import { identifier } from '../../../../lambdas/shared/sql-text.ts';
import {
  type Answer,
  type AnswerColumn,
  QueryFailed,
  type Relation,
} from '../../../../lambdas/shared/ports/warehouse.ts';
import { Analyser } from './analysis/analyser.ts';
import type { Query } from './ast.ts';
import { multiplied } from './multiplied.ts';
import { parse } from './parser/statements.ts';
import { type Column, Scope, unitOf } from './scope.ts';
import { show } from './show.ts';
import { systemRelation } from './system.ts';
import { failed, place, type Token, tokens, unportable } from './tokens.ts';
import { duckType, parseType, scalar, spell, type Type } from './types.ts';
import type { Withheld } from './withheld.ts';

/** The column of Trino and Athena that tells in which object a row lies. */
const pathColumn: Column = { name: '$path', type: scalar('varchar') };

/** A query that both engines answer alike. */
export interface Admitted {
  /** The query with DuckDB's spelling where it is another. */
  readonly sql: string;
  readonly columns: readonly Column[];
  /** Where what stands at an offset of that was written, as `line 2:14`. */
  readonly placeOf: (offset: number) => string;
  /** What is to be known of its answer, in sentences. */
  readonly notes: readonly string[];
  /** The relations that it reads itself, not through a view. */
  readonly reads: readonly string[];
  /** Whether it may read a column of one of them. */
  readonly uses: (relation: string, column: string) => boolean;
  /** Its plan is asked for, not its rows. */
  readonly isExplained?: true;
}

/**
 * The gate of the warehouse: it knows the relations, and lets pass only what Trino and DuckDB answer alike.
 *
 * A column that is withheld is none for a query, neither by its name nor in `*`. Views are the lake's own text, and see
 * it: so the query's own relations go under other names (`shownName`), and whatever it writes, the engine has nothing
 * more there to give.
 */
export class Gate {
  readonly #relations: ReadonlyMap<string, Relation>;
  readonly #isWithheld: Withheld | undefined;
  readonly #views: Map<string, Admitted>;
  readonly #visiting = new Set<string>();
  /** Views of a session: they see what its queries see. */
  readonly #own: ReadonlySet<string>;

  constructor(relations: readonly Relation[], isWithheld?: Withheld, own: readonly Relation[] = [], known?: Gate) {
    this.#relations = new Map([...relations, ...own].map((relation) => [relation.name.toLowerCase(), relation]));
    this.#isWithheld = isWithheld;
    this.#own = new Set(own.map(({ name }) => name));
    this.#views = new Map(known === undefined ? [] : known.#views);
  }

  /** The same gate, which knows the views of a session too. @throws QueryFailed for one with a name of the lake's */
  with(views: readonly Relation[]): Gate {
    if (views.length === 0) return this;
    const taken = views.find(({ name }) => this.#relations.has(name));
    if (taken) throw new QueryFailed(`'${taken.name}' is a name of the lake's: call the view otherwise`);
    return new Gate([...this.#relations.values()], this.#isWithheld, views, this);
  }

  /** Whether a view is one of a session. */
  isOwn(name: string): boolean {
    return this.#own.has(name);
  }

  /** Reads one statement. @throws UnportableSql @throws QueryFailed */
  admit(sql: string): Admitted | Answer {
    const all = tokens(sql);
    const statement = parse(sql, all);
    if (statement.kind !== 'query' && statement.kind !== 'explain') return show(sql, statement, this);
    const admitted = this.#asked(sql, all, statement.query);
    if (statement.kind === 'query') return admitted;
    if (statement.validates) return { columns: [{ name: 'Valid', type: 'boolean' }], rows: [[true]] };
    return { ...admitted, isExplained: true };
  }

  /** Reads one query. @throws UnportableSql @throws QueryFailed */
  admitQuery(sql: string): Admitted {
    const all = tokens(sql);
    return this.#asked(sql, all, queryOf(sql, all));
  }

  /** What a person asks, with what is to be known of its answer. */
  #asked(sql: string, all: readonly Token[], query: Query): Admitted {
    const admitted = this.#admit(sql, all, query, this.#isWithheld);
    const reads = admitted.reads.map((name) => [name, this.columnsOf(name) ?? []] as const);
    return { ...admitted, notes: [...admitted.notes, ...shallow(sql, () => multiplied(query, reads, admitted.uses))] };
  }

  #admit(sql: string, all: readonly Token[], query: Query, isWithheld?: Withheld): Admitted {
    const analyser = new Analyser(sql, all, this, isWithheld);
    const columns = shallow(sql, () => analyser.query(query, new Scope()));
    const names = new Set(all.map(({ value }) => value));
    for (const { name, type } of columns) {
      const advice = notShown(type);
      if (advice !== undefined)
        throw unportable(sql, query.start, `column ${name} of type ${spell(type)} in an answer`, advice);
    }
    return {
      sql: analyser.respelling.text(query),
      columns,
      placeOf: (offset) => place(sql, analyser.respelling.origin(query, offset)),
      notes: [...new Set([...analyser.notes, ...[...analyser.reads].flatMap((name) => this.view(name)?.notes ?? [])])],
      reads: [...analyser.reads],
      uses: (relation, column) =>
        ((analyser.whole.has(relation) && column !== pathColumn.name) || names.has(column)) &&
        isWithheld?.(relation, column) !== true,
    };
  }

  /** The tables and views of the lake by their names. */
  relations(): ReadonlyMap<string, Relation> {
    return this.#relations;
  }

  names(): readonly string[] {
    return [...this.#relations.keys()];
  }

  /** The object in which a row lies, which a query of a table must name. */
  hiddenOf(name: string): readonly Column[] {
    return this.#relations.get(name)?.kind === 'table' ? [pathColumn] : [];
  }

  /** The address of each of a table's objects, in the order of its keys. */
  pathsOf(name: string): readonly string[] {
    const relation = this.#relations.get(name);
    if (relation?.kind !== 'table') return [];
    return relation.keys.map((key) => (relation.location === undefined ? key : `${relation.location}/${key}`));
  }

  /** What stands under a name: of the lake, or of what Trino says of the lake itself. */
  #relation(name: string): Relation | undefined {
    return this.#relations.get(name) ?? systemRelation(name, this);
  }

  /** The view under a name, admitted once. */
  view(name: string): Admitted | undefined {
    const relation = this.#relation(name);
    if (relation?.kind !== 'view') return undefined;
    const known = this.#views.get(name);
    if (known) return known;
    if (this.#visiting.has(name)) throw failed(relation.sql, 0, `view ${name} reads itself`);
    this.#visiting.add(name);
    try {
      // The lake's own text sees all that there is.
      const all = tokens(relation.sql);
      const isWithheld = this.#own.has(name) ? this.#isWithheld : undefined;
      const admitted = this.#admit(relation.sql, all, queryOf(relation.sql, all), isWithheld);
      this.#views.set(name, admitted);
      return admitted;
    } finally {
      this.#visiting.delete(name);
    }
  }

  /** The objects of the table under a name. */
  keysOf(name: string): readonly string[] {
    const relation = this.#relations.get(name);
    return relation?.kind === 'table' ? relation.keys : [];
  }

  /** Whether objects of the table under a name may lack a column. */
  mayLack(name: string): boolean {
    const relation = this.#relations.get(name);
    return relation?.kind === 'table' && relation.mayLack === true;
  }

  /** Whether a query sees its relations without the columns that are withheld. */
  get withholds(): boolean {
    return this.#isWithheld !== undefined;
  }

  /** What a query sees of the relation under a name; undefined where there is none. */
  shownOf(name: string): readonly Column[] | undefined {
    return this.columnsOf(name)?.filter((column) => this.#isWithheld?.(name, column.name) !== true);
  }

  /** The columns of the relation under a name; undefined where there is none. */
  columnsOf(name: string): readonly Column[] | undefined {
    return (
      this.#relations.get(name)?.columns?.map((column) => declared(name, column)) ??
      this.view(name)?.columns.map((column) => ({ name: column.name, type: column.type, ...unitOf(column) }))
    );
  }
}

/** The query that a text is. @throws UnportableSql for a statement of another kind */
function queryOf(sql: string, all: Token[]): Query {
  const statement = parse(sql, all);
  if (statement.kind !== 'query') throw unportable(sql, 0, statement.kind.toUpperCase(), 'one SELECT');
  return statement.query;
}

/** Chains inside chains can still go deeper than JavaScript's stack. */
function shallow<T>(sql: string, analyse: () => T): T {
  try {
    return analyse();
  } catch (error) {
    if (error instanceof RangeError) throw failed(sql, 0, 'the query is nested too deeply');
    throw error;
  }
}

function declared(table: string, { name, type, unit }: AnswerColumn): Column {
  const parsed = parseType(type);
  if (parsed === undefined)
    throw new TypeError(`table ${table}: column ${name} has the type ${type}, which the portable subset has not`);
  return { name: name.toLowerCase(), type: parsed, ...(unit && { unit }) };
}

/** Keys of a map that are other texts in each engine. */
const unwrittenKeys: ReadonlySet<string> = new Set(['array', 'map', 'row', 'timestamp(0)']);

/** What to write for a column that the engines would show apart. */
function notShown(type: Type): string | undefined {
  if (type.name === 'instant' || type.name === 'zoned') return "CAST(at_timezone(x, 'UTC') AS timestamp(3))";
  if (type.name === 'made json') return 'json_format(x)';
  if (type.name === 'json') return "json_extract_scalar(x, '$.path')";
  if (type.name === 'varbinary') return 'to_hex(x)';
  if (type.name === 'array') return notShown(type.element);
  if (type.name === 'map')
    return (
      (unwrittenKeys.has(type.key.name) ? 'map_keys(m) and map_values(m)' : notShown(type.key)) ?? notShown(type.value)
    );
  if (type.name !== 'row') return undefined;
  // DuckDB gives the unnamed fields of a row one name, and so only the last of them.
  if (type.fields.some((field) => field.name === undefined)) return 'CAST(ROW(…) AS row(name type, …))';
  return type.fields.map((field) => notShown(field.type)).find((advice) => advice !== undefined);
}

/** The same query with every column cast to its Trino type, under the columns' names. */
export function typed({ sql, columns }: Admitted): string {
  const names = columns.map((column, i) => identifier(column.name === '' ? `_col${i}` : column.name));
  return (
    `SELECT ${columns.map(({ type }, i) => `CAST(${names[i]} AS ${duckType(type)}) AS ${names[i]}`).join(', ')} ` +
    `FROM (\n${sql}\n) AS q(${names.join(', ')})`
  );
}

/** Checks that a query is within the portable subset. @throws UnportableSql @throws QueryFailed */
export function assertPortable(sql: string, relations: readonly Relation[]): void {
  new Gate(relations).admit(sql);
}
