import { identifier, literal } from '../../../../../lambdas/shared/sql-text.ts';
import { duckType, type Type } from '../types.ts';

/** Macros that read a JSON value as a scalar, as Trino's cast does. */
const readers: Readonly<Record<string, string | undefined>> = {
  varchar: 'json_as_text',
  boolean: 'json_as_boolean',
  integer: 'json_as_whole',
  bigint: 'json_as_whole',
  double: 'json_as_double',
  decimal: 'json_as_decimal',
};

/**
 * DuckDB's text for the cast of a JSON value: arrays element by element, objects as maps, or as rows by their keys. Its
 * own cast takes an object for a text, and a text for an array.
 * @param json read more than once
 * @returns undefined for a type to which the engines cast apart
 */
export function fromJson(json: string, to: Type, depth = 0): string | undefined {
  const [name, key] = [`e${depth}$`, `k${depth}$`];
  if (to.name === 'json') return json;
  if (to.name === 'array') {
    const element = fromJson(name, to.element, depth + 1);
    return element && ofKind(json, 'ARRAY', `list_transform(CAST(${json} AS JSON[]), lambda ${name}: ${element})`, to);
  }
  if (to.name === 'map') {
    const value = fromJson(name, to.value, depth + 1);
    if (to.key.name !== 'varchar' || value === undefined) return undefined;
    // A list of one holds the value, so that the text of the way to it stands once.
    const read = `list_extract(list_transform([json_member(${json}, ${key})], lambda ${name}: ${value}), 1)`;
    return ofKind(
      json,
      'OBJECT',
      `map_from_entries(list_transform(json_keys(${json}), lambda ${key}: struct_pack(key := ${key}, value := ${read})))`,
      to,
    );
  }
  if (to.name === 'row') {
    const fields = to.fields.map((field) => {
      if (field.name === undefined) return undefined;
      const value = fromJson(name, field.type, depth + 1);
      const member = `json_field(${json}, ${literal(field.name)})`;
      return (
        value && `${identifier(field.name)} := list_extract(list_transform([${member}], lambda ${name}: ${value}), 1)`
      );
    });
    if (fields.includes(undefined)) return undefined;
    return ofKind(json, 'OBJECT', `struct_pack(${fields.join(', ')})`, to);
  }
  const reader = readers[to.name];
  return reader && `CAST(${reader}(${json}) AS ${duckType(to)})`;
}

/** NULL for JSON's null; an error for what is of another kind. */
const ofKind = (json: string, kind: string, text: string, to: Type): string =>
  `CASE json_type(${json}) WHEN ${literal(kind)} THEN CAST(${text} AS ${duckType(to)}) WHEN 'NULL' THEN NULL ` +
  `ELSE json_not_cast(${json}, ${literal(to.name)}) END`;
