/** Values without what looks personal in them: `personal.sql` has the macros. */
import { identifier, literal } from '../shared/duckdb.ts';
import type { Column, Table } from '../shared/schema/table.ts';

/** The macro that takes out of a value what looks personal in it, where people or strangers write it. */
function maskOf(table: Table, { name, mask }: Column): string | undefined {
  if (mask === undefined) return undefined;
  // What tells one row from another is an id, whatever is written in it.
  return mask === 'text' && table.primaryKey.includes(name)
    ? 'masked_id'
    : { text: 'masked', id: 'masked_id', path: 'masked_path' }[mask];
}

/** Each value without what looks personal in it. The engine plans the macro once, and not once for each value. */
const maskedList = (macro: string, values: readonly string[]) =>
  `list_transform([${values.join(', ')}], lambda one: ${macro}(one))`;

/** A value without what looks personal in it; of a list each text, and of its structs each text of each. */
export function impersonal(table: Table, column: Column, value: string): string {
  const { type } = column;
  const macro = maskOf(table, column);
  if (macro === undefined) return value;
  if (type.kind === 'string') return `${macro}(${value})`;
  if (type.kind !== 'array') return value;
  if (type.element.kind === 'string') return `list_transform(${value}, lambda one: ${macro}(one))`;
  if (type.element.kind !== 'struct') return value;
  const { fields } = type.element;
  const texts = fields.filter((field) => field.type.kind === 'string').map(({ name }) => name);
  if (texts.length === 0) return value;
  const masked = fields.map(({ name }) => {
    const place = texts.indexOf(name) + 1;
    return `${literal(name)}: ${place > 0 ? `masks[${place}]` : `one.${identifier(name)}`}`;
  });
  // As JSON it may hold a sign as an escape. One look at the whole spares most rows the looks at its parts.
  const whole = `CAST(${identifier(column.name)} AS VARCHAR)`;
  return `CASE WHEN may_be_personal(${whole}) OR contains(${whole}, chr(92)) THEN list_transform(${value}, lambda one: list_transform([${maskedList(
    'masked',
    texts.map((name) => `one.${identifier(name)}`),
  )}], lambda masks: {${masked.join(', ')}})[1]) ELSE ${value} END`;
}

/**
 * The steps that give the relation `impersonal`: `typed`, whose texts are without what looks personal in them. To plan
 * a mask takes longer than to mask many a slice, so each is written once, and not once for each column.
 */
export function impersonalTexts(table: Table, own: readonly Column[]): string {
  const masks = ['masked', 'masked_id', 'masked_path'].flatMap((macro) => {
    const names = own
      .filter((column) => column.type.kind === 'string' && maskOf(table, column) === macro)
      .map(({ name }) => identifier(name));
    return names.length === 0 ? [] : [{ names, list: `_${macro}`, values: maskedList(macro, names) }];
  });
  if (masks.length === 0) return 'impersonal AS (FROM typed)';
  // Few rows hold anything, and only theirs are masked. What may be personal in one text may be so among others.
  const lists = masks.map(
    ({ names, list, values }) =>
      `CASE WHEN may_be_personal(concat_ws(chr(10), ${names.join(', ')})) THEN ${values} END AS ${list}`,
  );
  const texts = masks.flatMap(({ names, list }) =>
    names.map((name, i) => `coalesce(${list}[${i + 1}], ${name}) AS ${name}`),
  );
  return `looked_at AS (
  SELECT *, ${lists.join(',\n    ')} FROM typed
), impersonal AS (
  SELECT * EXCLUDE (${masks.map(({ list }) => list).join(', ')}) REPLACE (${texts.join(',\n    ')}) FROM looked_at
)`;
}
