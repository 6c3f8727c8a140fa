/** Types and values as Trino's HTTP protocol writes them. */
import type { AnswerColumn, AnswerValue } from '../../../lambdas/shared/ports/warehouse.ts';
import { javaDouble } from '../warehouse/trino/java-double.ts';
import { parseType, spell, type Type } from '../warehouse/trino/types.ts';

/** Trino's length of a text that has none. */
const unbounded = 2_147_483_647;

type Argument =
  | { readonly kind: 'LONG'; readonly value: number }
  | { readonly kind: 'TYPE'; readonly value: TypeSignature }
  | {
      readonly kind: 'NAMED_TYPE';
      readonly value: { readonly fieldName?: { readonly name: string }; readonly typeSignature: TypeSignature };
    };

interface TypeSignature {
  readonly rawType: string;
  readonly arguments: readonly Argument[];
}

/** A type as a text and as a tree. */
interface WireType {
  readonly type: string;
  readonly typeSignature: TypeSignature;
}

export interface WireColumn extends WireType {
  readonly name: string;
}

const long = (value: number): Argument => ({ kind: 'LONG', value });

/** What a client knows: how many digits of a second a timestamp has, or not. */
export interface Client {
  readonly isParametric: boolean;
}

/** A column with its type. */
export const wireColumn = ({ name, type }: AnswerColumn, client: Client): WireColumn => {
  const parsed = parseType(type);
  return { name, ...(parsed === undefined ? unread(type, client) : wireType(parsed, client)) };
};

/** A type that no query of the lake computes with, but answers with. */
function unread(type: string, { isParametric }: Client): WireType {
  const [, digits, zone = ''] = /^timestamp\((\d)\)( with time zone)?$/.exec(type) ?? [];
  if (digits === undefined)
    return {
      // The one type that Trino spells in capitals.
      type: type.startsWith('interval') ? type.toUpperCase() : type,
      typeSignature: { rawType: type, arguments: [] },
    };
  const rawType = `timestamp${zone}`;
  return {
    type: isParametric ? type : rawType,
    typeSignature: { rawType, arguments: isParametric ? [long(Number(digits))] : [] },
  };
}

function wireType(type: Type, client: Client): WireType {
  if (type.name === 'varchar')
    return { type: 'varchar', typeSignature: { rawType: 'varchar', arguments: [long(unbounded)] } };
  if (type.name === 'char')
    return { type: spell(type), typeSignature: { rawType: 'char', arguments: [long(type.length)] } };
  if (type.name === 'decimal')
    return {
      type: `decimal(${type.precision}, ${type.scale})`,
      typeSignature: { rawType: 'decimal', arguments: [long(type.precision), long(type.scale)] },
    };
  if (type.name === 'array' || type.name === 'map') {
    const parts = (type.name === 'array' ? [type.element] : [type.key, type.value]).map((part) => wireType(part, client)); // prettier-ignore
    return {
      type: `${type.name}(${parts.map((part) => part.type).join(', ')})`,
      typeSignature: {
        rawType: type.name,
        arguments: parts.map(({ typeSignature }) => ({ kind: 'TYPE', value: typeSignature })),
      },
    };
  }
  if (type.name !== 'row') return unread(spell(type), client);
  const fields = type.fields.map((field) => ({ name: field.name, ...wireType(field.type, client) }));
  return {
    type: `row(${fields.map((field) => `${field.name === undefined ? '' : `${field.name} `}${field.type}`).join(', ')})`,
    typeSignature: {
      rawType: 'row',
      arguments: fields.map(({ name, typeSignature }) => ({
        kind: 'NAMED_TYPE',
        value: { ...(name !== undefined && { fieldName: { name } }), typeSignature },
      })),
    },
  };
}

/** A value's JSON, which is the text that is sent: JSON of its own has neither whole numbers of 19 digits nor `1.0`. */
export function wireValue(value: AnswerValue, type: Type | undefined): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    if (type?.name !== 'double' && type?.name !== 'real') return String(value);
    // JSON has no such numbers.
    return Number.isFinite(value) ? javaDouble(value) : `"${javaDouble(value)}"`;
  }
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) {
    const element = type?.name === 'array' ? type.element : undefined;
    return `[${value.map((item: AnswerValue) => wireValue(item, element)).join(',')}]`;
  }
  if (type?.name === 'row') {
    const fields = new Map(Object.entries(value));
    return `[${type.fields.map((field, i) => wireValue(fields.get(field.name ?? `field${i}`) ?? null, field.type)).join(',')}]`;
  }
  const inside = type?.name === 'map' ? type.value : undefined;
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${wireValue(item, inside)}`)
    .join(',')}}`;
}
