/** A column's type, parsed from the Glue (Hive) spelling of the schema documents. */
export type ColumnType =
  | { readonly kind: 'string' | 'bigint' | 'int' | 'double' | 'boolean' | 'date' | 'timestamp' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'array'; readonly element: ColumnType }
  | { readonly kind: 'map'; readonly key: ColumnType; readonly value: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] };

export interface StructField {
  readonly name: string;
  readonly type: ColumnType;
}

const simpleKinds = ['string', 'bigint', 'int', 'double', 'boolean', 'date', 'timestamp'] as const;

/** Splits at the commas that stand outside `<>` and `()`. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '<' || c === '(') depth++;
    else if (c === '>' || c === ')') depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/**
 * Parses a Glue type: `string`, `decimal(18,2)`, `array<struct<sku:string,qty:int>>`…
 * @throws Error naming the part that is not a type of the house
 */
export function parseType(text: string): ColumnType {
  const simple = simpleKinds.find((kind) => kind === text);
  if (simple !== undefined) return { kind: simple };
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(text);
  if (decimal) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
    if (precision < 1 || precision > 38 || scale > precision)
      throw new Error(`"${text}" is no decimal: at most 38 digits, of which the scale counts some.`);
    return { kind: 'decimal', precision, scale };
  }
  const nested = /^(array|map|struct)<(.*)>$/s.exec(text);
  const inside = splitTop(nested?.[2] ?? '');
  if (nested?.[1] === 'array' && inside.length === 1) return { kind: 'array', element: parseType(inside[0] ?? '') };
  if (nested?.[1] === 'map' && inside.length === 2) {
    return { kind: 'map', key: parseType(inside[0] ?? ''), value: parseType(inside[1] ?? '') };
  }
  if (nested?.[1] === 'struct') {
    const fields = inside.map((field) => {
      const colon = field.indexOf(':');
      if (colon < 1) throw new Error(`"${field}" is not a struct field; write name:type.`);
      return { name: field.slice(0, colon), type: parseType(field.slice(colon + 1)) };
    });
    return { kind: 'struct', fields };
  }
  throw new Error(`"${text}" is not a column type that Sillage knows.`);
}

/** The type in DuckDB's spelling. Timestamps are milliseconds, as Athena reads them. */
export function duckdbType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'VARCHAR';
    case 'int':
      return 'INTEGER';
    case 'timestamp':
      return 'TIMESTAMP_MS';
    case 'bigint':
    case 'double':
    case 'boolean':
    case 'date':
      return type.kind.toUpperCase();
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'array':
      return `${duckdbType(type.element)}[]`;
    case 'map':
      return `MAP(${duckdbType(type.key)}, ${duckdbType(type.value)})`;
    case 'struct':
      return `STRUCT(${type.fields.map((f) => `"${f.name}" ${duckdbType(f.type)}`).join(', ')})`;
  }
}

/** The type in Trino's spelling, as Athena shows it. */
export function trinoType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'varchar';
    case 'int':
      return 'integer';
    case 'timestamp':
      return 'timestamp(3)';
    case 'bigint':
    case 'double':
    case 'boolean':
    case 'date':
      return type.kind;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'array':
      return `array(${trinoType(type.element)})`;
    case 'map':
      return `map(${trinoType(type.key)}, ${trinoType(type.value)})`;
    case 'struct':
      return `row(${type.fields.map((f) => `"${f.name}" ${trinoType(f.type)}`).join(', ')})`;
  }
}

/** The type of a value in a TypeScript row: a decimal is a string with its scale, a date `YYYY-MM-DD`. */
export function typescriptType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
    case 'decimal':
    case 'date':
      return 'string';
    case 'bigint':
    case 'int':
    case 'double':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'timestamp':
      return 'Date';
    case 'array':
      return `readonly (${typescriptType(type.element)})[]`;
    case 'map':
      return `Readonly<Record<string, ${typescriptType(type.value)}>>`;
    case 'struct':
      return `{ ${type.fields.map((f) => `readonly ${f.name}: ${typescriptType(f.type)} | null`).join('; ')} }`;
  }
}

/** The structure that DuckDB's `json_transform` wants for the type. */
export function jsonStructure(type: ColumnType): unknown {
  if (type.kind === 'array') return [jsonStructure(type.element)];
  if (type.kind === 'struct') return Object.fromEntries(type.fields.map((f) => [f.name, jsonStructure(f.type)]));
  return duckdbType(type);
}
