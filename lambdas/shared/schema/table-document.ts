/** A schema document, as `glue-schemas/` has them: what Glue takes, and what this project says beside it. */
import * as z from 'zod';
import { declaredParts } from '../shop/profile.ts';
import type { Column, Input, Table, Zone } from './table.ts';
import { parseType } from './types.ts';

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
