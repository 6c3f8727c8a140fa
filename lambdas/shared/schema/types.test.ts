import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, type Engine, type Session } from '../duckdb.ts';
import { duckdbType, jsonStructure, parseType, trinoType, typescriptType, type ColumnType } from './types.ts';

let engine: Engine;
let session: Session;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 200, spill: join(tmpdir(), 'sillage-types') });
  session = await engine.connect();
});
afterAll(() => {
  session.close();
  engine.close();
});

const seed = 20250107;
const simple = fc.constantFrom('string', 'bigint', 'int', 'double', 'boolean', 'date', 'timestamp');
const trinoNames = new Map([
  ['string', 'varchar'],
  ['int', 'integer'],
  ['timestamp', 'timestamp(3)'],
]);
const duckdbNames = new Map([
  ['string', 'VARCHAR'],
  ['int', 'INTEGER'],
  ['timestamp', 'TIMESTAMP_MS'],
]);

/**
 * Random nested types in the Glue spelling, and how each engine spells them: written out here a second time, by hand.
 */
const spelled = fc.letrec<{ type: { glue: string; trino: string; duckdb: string } }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    simple.map((glue) => ({
      glue,
      trino: trinoNames.get(glue) ?? glue,
      duckdb: duckdbNames.get(glue) ?? glue.toUpperCase(),
    })),
    fc
      .tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38))
      .filter(([precision, scale]) => scale <= precision)
      .map(([precision, scale]) => ({
        glue: `decimal(${precision},${scale})`,
        trino: `decimal(${precision},${scale})`,
        duckdb: `DECIMAL(${precision},${scale})`,
      })),
    tie('type').map((of) => ({ glue: `array<${of.glue}>`, trino: `array(${of.trino})`, duckdb: `${of.duckdb}[]` })),
    fc.tuple(simple, tie('type')).map(([key, of]) => {
      const [trino, duckdb] = [trinoNames.get(key) ?? key, duckdbNames.get(key) ?? key.toUpperCase()];
      return {
        glue: `map<${key},${of.glue}>`,
        trino: `map(${trino}, ${of.trino})`,
        duckdb: `MAP(${duckdb}, ${of.duckdb})`,
      };
    }),
    fc
      .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z][a-z_0-9]{0,5}$/), tie('type')), {
        minLength: 1,
        maxLength: 4,
        selector: ([name]) => name,
      })
      .map((fields) => ({
        glue: `struct<${fields.map(([name, of]) => `${name}:${of.glue}`).join(',')}>`,
        trino: `row(${fields.map(([name, of]) => `"${name}" ${of.trino}`).join(', ')})`,
        duckdb: `STRUCT(${fields.map(([name, of]) => `"${name}" ${of.duckdb}`).join(', ')})`,
      })),
  ),
})).type;

test('a type is spelled for each engine as that engine spells it, and DuckDB takes it', async () => {
  await fc.assert(
    fc.asyncProperty(spelled, async ({ glue, trino, duckdb }) => {
      const type = parseType(glue);
      expect({ trino: trinoType(type), duckdb: duckdbType(type) }).toEqual({ trino, duckdb });
      await session.rows(`SELECT CAST(NULL AS ${duckdbType(type)}) AS v`);
    }),
    { numRuns: 200, seed },
  );
});

test('a list of structs is the structure that json_transform reads it with', async () => {
  const type = parseType('array<struct<sku:string,price:decimal(18,2),tags:array<string>,at:struct<n:int>>>');
  const [row] = await session.rows(
    `SELECT typeof(json_transform('[]', '${JSON.stringify(jsonStructure(type))}')) AS t`,
  );
  expect(row?.['t']).toBe('STRUCT(sku VARCHAR, price DECIMAL(18,2), tags VARCHAR[], "at" STRUCT(n INTEGER))[]');
});

const types: readonly (readonly [glue: string, type: ColumnType, typescript: string])[] = [
  ['string', { kind: 'string' }, 'string'],
  ['decimal(18,2)', { kind: 'decimal', precision: 18, scale: 2 }, 'string'],
  ['timestamp', { kind: 'timestamp' }, 'Date'],
  ['array<int>', { kind: 'array', element: { kind: 'int' } }, 'readonly (number)[]'],
  [
    'map<string,array<bigint>>',
    { kind: 'map', key: { kind: 'string' }, value: { kind: 'array', element: { kind: 'bigint' } } },
    'Readonly<Record<string, readonly (number)[]>>',
  ],
  [
    'struct<a:string,b:decimal(6,4)>',
    {
      kind: 'struct',
      fields: [
        { name: 'a', type: { kind: 'string' } },
        { name: 'b', type: { kind: 'decimal', precision: 6, scale: 4 } },
      ],
    },
    '{ readonly a: string | null; readonly b: string | null }',
  ],
];

describe('parseType', () => {
  test.each(types)('of %s', (glue, type, typescript) => {
    expect(parseType(glue)).toEqual(type);
    expect(typescriptType(type)).toBe(typescript);
  });

  test.each([
    ['text', '"text"'],
    ['', '""'],
    ['STRING', '"STRING"'],
    ['decimal', '"decimal"'],
    ['decimal(18)', '"decimal(18)"'],
    ['decimal(18, 2)', '"decimal(18, 2)"'],
    ['decimal(2,18)', '"decimal(2,18)"'],
    ['decimal(39,2)', '"decimal(39,2)"'],
    ['decimal(0,0)', '"decimal(0,0)"'],
    ['array<>', '""'],
    ['array<text>', '"text"'],
    ['array<int', '"array<int"'],
    ['array<int,int>', '"array<int,int>"'],
    ['map<string>', '"map<string>"'],
    ['map<string,text>', '"text"'],
    ['struct<>', '""'],
    ['struct<a>', '"a"'],
    ['struct<:int>', '":int"'],
    ['struct<a:text>', '"text"'],
    ['array<struct<a:int,b:array<x>>>', '"x"'],
    [' int', '" int"'],
  ])('of %p names the part that is wrong', (glue, part) => {
    expect(() => parseType(glue)).toThrow(part);
  });
});
