import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { attributionModels } from '../attribution-models.ts';
import { dayOfKey, mondayOf, type Day } from '../days.ts';
import { home } from '../home.ts';
import { declaredParts, type ShopPart } from '../shop/profile.ts';
import { fileOf, partOfFile, type Part } from './parts.ts';
import { parseType, type ColumnType } from './types.ts';

/** What a column promises beyond its type; see docs/data-dictionary.md. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly glueType: string;
  readonly comment: string;
  readonly required: boolean;
  /** What a value that stands twice is: an error fails the run, a warning is shown. */
  readonly unique: 'error' | 'warning' | undefined;
  readonly accepted: readonly string[] | undefined;
  /** Whose values are accepted too: a `table.column`, or the file that has them. */
  readonly acceptedAs: string | undefined;
  /** A regular expression (RE2) that a text must match. */
  readonly pattern: string | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** `table.column` that holds every value of this one. */
  readonly references: { readonly table: string; readonly column: string } | undefined;
  readonly pii: 'direct' | 'pseudonym' | undefined;
  /** The transform replaces the value by its keyed hash before anything is written. */
  readonly pseudonymise: boolean;
  /** Derived by TypeScript from a helper column of the SELECT, not by the SELECT. */
  readonly derive: 'user_agent' | undefined;
  /**
   * How what looks personal is taken out of a text that people or strangers may write: `text` masks it; `id`, by which
   * tables are joined, has a digest in its place, so that two stay two; `path` is made of ids. Undefined: nobody can
   * write anything there.
   */
  readonly mask: 'text' | 'id' | 'path' | undefined;
  readonly unit: string | undefined;
  /**
   * A quotient of other columns: it may not be added up, and is not published, since whoever adds up its parts divides
   * them.
   */
  readonly ratio: boolean;
  /** Of a raw table: the column may be left out of a file; other headings that it may have. */
  readonly optional: readonly string[] | undefined;
  /** Where its value stands in a raw record, as `consent.analytics`; `feed=field` of each feed where they differ. */
  readonly field: string;
  /** Of a column of a sheet: what its cells hold. */
  readonly cell: 'count' | 'money' | 'share' | 'day' | 'currency' | undefined;
}

/**
 * A table that another one is made from, and the days before and after its own that a slice reads; raw feeds have no
 * window.
 */
export interface Input {
  readonly table: string;
  readonly from: number;
  readonly to: number;
}

export const zones = ['raw', 'curated', 'marts', 'ops'] as const;
export type Zone = (typeof zones)[number];

/** One schema document, parsed. */
export interface Table {
  readonly name: string;
  readonly zone: Zone;
  readonly description: string;
  readonly isView: boolean;
  readonly columns: readonly Column[];
  /** Meaning of the partition `dt`; undefined for a view. */
  readonly partition: string | undefined;
  /** Where its objects are, with a final slash; empty for a view. */
  readonly prefix: string;
  readonly reads: readonly Input[];
  /** The inputs on whose days a model has slices: the first one, unless the document names others. */
  readonly days: readonly string[];
  /** Whether it has a slice for each such day, or one for the Monday of each such week. */
  readonly every: 'day' | 'week';
  /** Made by the daily run alone, not by those over the stream: what is said of closed days can wait. */
  readonly isDaily: boolean;
  /** The step that makes a mart that no SELECT makes: TypeScript of its own. */
  readonly madeBy: 'attribute' | undefined;
  /** Parts of the shop's profile that a slice is made from. */
  readonly shop: readonly ShopPart[];
  readonly primaryKey: readonly string[];
  /** Which of several records with one primary key is kept. */
  readonly keep: { readonly which: 'newest' | 'earliest'; readonly column: string } | undefined;
  /** A column that is true in the record to keep, before all: what was allowed later is allowed. */
  readonly prefer: string | undefined;
  /**
   * The column that names what is sent again whole: of an order's lines those of its newest record alone count, also
   * where another door has other ids for them. By default the primary key: each row is replaced for itself.
   */
  readonly versionsOf: string | undefined;
  /** A later version of a record may have another day: its key is unique in the table, not in the slice. */
  readonly dayMayChange: boolean;
  /**
   * Beside the SELECT: the file of one that gives the key and the day of the same records, and reads of each only what
   * these are told by.
   */
  readonly records: string | undefined;
  /**
   * Beside the SELECT: the file of the statement that lists its duplicates, where records are not replaced one by one.
   */
  readonly duplicates: string | undefined;
  /**
   * Beside the model: the file of the statement that lists whose rows of one of its inputs can count for it, for those
   * of nobody else are most of them.
   */
  readonly narrowed: string | undefined;
  /** Beside the SELECT: the file of the expression by which a day of it is cut into parts; one without is never cut. */
  readonly part: string | undefined;
  readonly sort: readonly string[];
  /**
   * Of a table whose source sends every day: how many days its newest one may lie back, and the column that tells its
   * sources apart.
   */
  readonly late:
    | {
        readonly afterDays: number;
        readonly by: string | undefined;
        /** The values of `by` that come by themselves; undefined where all do. */
        readonly among: readonly string[] | undefined;
      }
    | undefined;
  /** Of a view that `publish` writes for dashboards: whether the first page needs it. */
  readonly publish: 'first' | 'detail' | undefined;
  /**
   * Rows that the SELECT gives for a raw record: one; many, but at least one; or some, where another table accounts for
   * those that give none.
   */
  readonly rowsPerRecord: 'one' | 'many' | 'some';
  /** Its objects are removed so many days after their day, at the earliest; undefined where they stay. */
  readonly retentionDays: number | undefined;
  /** How a raw feed writes its records. */
  readonly format:
    | { readonly kind: 'jsonl' | 'json' | 'csv'; readonly delimiter: string; readonly openColumns: boolean }
    | undefined;
}

const flag = z
  .literal('true')
  .optional()
  .transform((value) => value === 'true');
const number = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .transform(Number)
  .optional();
const words = z
  .string()
  .default('')
  .transform((text) => text.split(' ').filter((word) => word !== ''));

/** A text that Glue takes no longer than that, in bytes of UTF-8. */
const within = (bytes: number) =>
  z.string().refine((text) => Buffer.byteLength(text) <= bytes, `Glue takes at most ${bytes} bytes here`);

const columnDocument = z.strictObject({
  Name: z.string().regex(/^[a-z][a-z0-9_]*$/i),
  Type: z.string(),
  Comment: within(255).default(''),
  Parameters: z
    .strictObject({
      required: flag,
      min: number,
      max: number,
      pattern: z.string().optional(),
      accepted: z
        .string()
        .transform((text) => z.array(z.string()).parse(JSON.parse(text)))
        .optional(),
      accepted_as: z
        .string()
        .regex(/^\w+\.\w+$|\.ts$/)
        .optional(),
      unique: z
        .enum(['true', 'warning'])
        .optional()
        .transform((value) => (value === 'true' ? 'error' : value)),
      references: z
        .string()
        .regex(/^\w+\.\w+$/)
        .optional(),
      pii: z.enum(['direct', 'pseudonym']).optional(),
      pseudonymise: z.literal('hmac-sha-256').optional(),
      derive: z.literal('user_agent').optional(),
      mask: z.enum(['text', 'id', 'path', 'none']).optional(),
      unit: z.string().optional(),
      ratio: flag,
      optional: z
        .string()
        .transform((text) => text.split(' ').filter((word) => word !== ''))
        .optional(),
      field: z.string().optional(),
      cell: z.enum(['count', 'money', 'share', 'day', 'currency']).optional(),
    })
    .prefault({}),
});

const tableDocument = z.strictObject({
  Name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  Description: within(2048),
  TableType: z.enum(['EXTERNAL_TABLE', 'VIRTUAL_VIEW']),
  Parameters: z.looseObject({
    'sillage.reads': words,
    'sillage.days': words,
    'sillage.every': z.enum(['day', 'week']).default('day'),
    'sillage.daily': flag,
    'sillage.made_by': z.literal('attribute').optional(),
    'sillage.shop': words.pipe(z.array(declaredParts)),
    'sillage.primary_key': words,
    'sillage.sort': words,
    'sillage.late_after_days': number,
    'sillage.late_by': z.string().regex(/^\w+$/).optional(),
    /** Of its values, those that come by themselves every day; the others come by hand. */
    'sillage.late_among': z.string().optional(),
    'sillage.publish': z.enum(['first', 'detail']).optional(),
    'sillage.keep': z
      .string()
      .regex(/^(newest|earliest) \w+$/)
      .optional(),
    'sillage.prefer': z.string().regex(/^\w+$/).optional(),
    'sillage.versions_of': z.string().regex(/^\w+$/).optional(),
    'sillage.day_may_change': flag,
    'sillage.records': z
      .string()
      .regex(/^\w+\.records\.sql$/)
      .optional(),
    'sillage.duplicates': z
      .string()
      .regex(/^\w+\.duplicates\.sql$/)
      .optional(),
    'sillage.narrowed': z
      .string()
      .regex(/^\w+\.\w+\.sql$/)
      .optional(),
    'sillage.part': z
      .string()
      .regex(/^\w+\.part\.sql$/)
      .optional(),
    'sillage.rows_per_record': z.enum(['one', 'many', 'some']).default('one'),
    'sillage.prefix': z.string().optional(),
    'sillage.format': z.enum(['jsonl', 'json', 'csv']).optional(),
    'sillage.csv_delimiter': z.string().default(','),
    'sillage.open_columns': flag,
    'sillage.retention_days': z
      .string()
      .regex(/^[1-9]\d{0,4}$/)
      .transform(Number)
      .optional(),
  }),
  PartitionKeys: z.array(columnDocument).max(1).default([]),
  StorageDescriptor: z.looseObject({ Columns: z.array(columnDocument).min(1), Location: z.string().optional() }),
});

function parseColumn(document: z.infer<typeof columnDocument>): Column {
  const {
    required,
    unique,
    accepted,
    accepted_as: acceptedAs,
    pattern,
    min,
    max,
    references,
    pii,
    pseudonymise,
    derive,
    unit,
    ratio,
    optional,
    mask,
    cell,
    field = document.Name,
  } = document.Parameters;
  const [table, column] = references?.split('.') ?? [];
  return {
    name: document.Name,
    type: parseType(document.Type),
    glueType: document.Type,
    comment: document.Comment,
    required,
    unique,
    accepted,
    acceptedAs,
    pattern,
    min,
    max,
    pii,
    derive,
    unit,
    ratio,
    optional,
    field,
    cell,
    mask:
      mask === undefined
        ? accepted || acceptedAs !== undefined || pattern !== undefined || derive !== undefined || pii !== undefined
          ? undefined
          : references === undefined
            ? 'text'
            : 'id'
        : mask === 'none'
          ? undefined
          : mask,
    pseudonymise: pseudonymise !== undefined,
    references: table !== undefined && column !== undefined ? { table, column } : undefined,
  };
}

function parseInput(word: string): Input {
  const match = /^(\w+?)(?:\[(-?\d+)\.\.(-?\d+)\])?$/.exec(word);
  const [from, to] = [Number(match?.[2] ?? 0), Number(match?.[3] ?? 0)];
  if (!match?.[1] || from > to) throw new Error(`"${word}" is not an input; write table or table[-1..0].`);
  return { table: match[1], from, to };
}

/** Parses one schema document. @throws ZodError or Error that says what is wrong with it */
export function parseTable(zone: Zone, text: string): Table {
  const document = tableDocument.parse(JSON.parse(text));
  const parameters = document.Parameters;
  const isView = document.TableType === 'VIRTUAL_VIEW';
  const [which, column] = parameters['sillage.keep']?.split(' ') ?? [];
  const kind = parameters['sillage.format'];
  const afterDays = parameters['sillage.late_after_days'];
  const reads = parameters['sillage.reads'].map(parseInput);
  if (parameters['sillage.publish'] !== undefined && !isView)
    throw new Error(`${document.Name} is a table: only a view is published, since it says what is added up.`);
  return {
    name: document.Name,
    zone,
    description: document.Description,
    isView,
    columns: document.StorageDescriptor.Columns.map(parseColumn),
    partition: document.PartitionKeys[0]?.Comment,
    prefix: isView ? '' : (parameters['sillage.prefix'] ?? `${zone}/${document.Name}/`),
    reads,
    days:
      parameters['sillage.days'].length > 0
        ? parameters['sillage.days']
        : reads.slice(0, 1).map((input) => input.table),
    every: parameters['sillage.every'],
    isDaily: parameters['sillage.daily'],
    madeBy: parameters['sillage.made_by'],
    shop: parameters['sillage.shop'],
    primaryKey: parameters['sillage.primary_key'],
    keep: column === undefined ? undefined : { which: which === 'newest' ? 'newest' : 'earliest', column },
    prefer: parameters['sillage.prefer'],
    versionsOf: parameters['sillage.versions_of'],
    dayMayChange: parameters['sillage.day_may_change'],
    records: parameters['sillage.records'],
    duplicates: parameters['sillage.duplicates'],
    narrowed: parameters['sillage.narrowed'],
    part: parameters['sillage.part'],
    sort: parameters['sillage.sort'],
    late:
      afterDays === undefined
        ? undefined
        : {
            afterDays,
            by: parameters['sillage.late_by'],
            among: parameters['sillage.late_among']?.split(' '),
          },
    publish: parameters['sillage.publish'],
    rowsPerRecord: parameters['sillage.rows_per_record'],
    retentionDays: parameters['sillage.retention_days'],
    format: kind && {
      kind,
      delimiter: parameters['sillage.csv_delimiter'],
      openColumns: parameters['sillage.open_columns'],
    },
  };
}

/** Every table of the lake by name, from the schema documents. */
export type Catalog = ReadonlyMap<string, Table>;

/** Values that another file has than a schema document. */
const valuesIn: Readonly<Record<string, readonly string[]>> = {
  'lambdas/shared/attribution-models.ts': attributionModels,
};

/**
 * What a column accepts: the values that it names itself, and those of the column or file that it points to.
 * @throws Error where that has none
 */
function acceptedBy(tables: Catalog, { acceptedAs, accepted = [] }: Column, seen: readonly string[] = []): string[] {
  if (acceptedAs === undefined) return [...accepted];
  const [table = '', name] = acceptedAs.split('.');
  const other = tables.get(table)?.columns.find((column) => column.name === name);
  const values =
    valuesIn[acceptedAs] ??
    (other === undefined || seen.includes(acceptedAs) ? [] : acceptedBy(tables, other, [...seen, acceptedAs]));
  if (values.length === 0) throw new Error(`accepted_as is ${acceptedAs}, which accepts no values of its own`);
  return [...values, ...accepted];
}

/** Reads `glue-schemas/`. @throws Error naming the document that is wrong */
export function loadCatalog(root: URL = new URL('glue-schemas/', home)): Catalog {
  const tables = new Map<string, Table>();
  const refused = (table: string, error: unknown) =>
    new Error(
      `The schema glue-schemas/${table} cannot be used: ${error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  for (const zone of zones) {
    for (const file of readdirSync(new URL(`${zone}/`, root)).toSorted()) {
      try {
        const table = parseTable(zone, readFileSync(new URL(`${zone}/${file}`, root), 'utf8'));
        if (`${table.name}.json` !== file) throw new Error(`its Name is ${table.name}`);
        if (tables.has(table.name))
          throw new Error(`the zone ${tables.get(table.name)?.zone} has a table of that name`);
        tables.set(table.name, table);
      } catch (error) {
        throw refused(`${zone}/${file}`, error);
      }
    }
  }
  const resolved = new Map<string, Table>();
  for (const table of tables.values()) {
    try {
      const columns = table.columns.map((column) =>
        column.acceptedAs === undefined ? column : { ...column, accepted: acceptedBy(tables, column) },
      );
      resolved.set(table.name, { ...table, columns });
    } catch (error) {
      throw refused(`${table.zone}/${table.name}.json`, error);
    }
  }
  return resolved;
}

/** The table of that name. @throws Error naming the tables there are */
export function tableNamed(catalog: Catalog, name: string): Table {
  const table = catalog.get(name);
  if (!table) throw new Error(`There is no table ${name}. The lake has ${[...catalog.keys()].join(', ')}.`);
  return table;
}

/** Where the value of a column stands in the records of a feed: what a reject names. */
export function fieldIn(column: Column, feed: string): string {
  return (
    column.field
      .split(' ')
      .find((one) => one.startsWith(`${feed}=`))
      ?.slice(feed.length + 1) ?? column.field
  );
}

/** The slice that a day of its inputs belongs to: of the same day, or of the Monday of its week. */
export const sliceDay = ({ every }: Pick<Table, 'every'>, day: Day): Day => (every === 'week' ? mondayOf(day) : day);

/** Key of the one object of a slice: of a day, or of a part of it. */
export function sliceKey(table: Table, day: string, part?: Part): string {
  return `${table.prefix}dt=${day}/${fileOf(table.name, part)}`;
}

/** The slice that a key of the table's names; undefined for any other object. */
export function sliceOfKey(
  table: Table,
  key: string,
): { readonly day: Day; readonly part?: Part | undefined } | undefined {
  const day = key.startsWith(table.prefix) ? dayOfKey(key) : undefined;
  if (day === undefined) return undefined;
  const part = partOfFile(table.name, key.slice(`${table.prefix}dt=${day}/`.length));
  return part === null ? undefined : { day, part };
}
