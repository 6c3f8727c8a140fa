import type { Catalog } from '../lambdas/shared/schema/catalog.ts';

const keywords = [
  'SELECT',
  'FROM',
  'WHERE',
  'GROUP BY',
  'ORDER BY',
  'HAVING',
  'LIMIT',
  'JOIN',
  'LEFT JOIN',
  'CROSS JOIN UNNEST',
  'ON',
  'AS',
  'AND',
  'OR',
  'NOT',
  'IN',
  'BETWEEN',
  'IS NULL',
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'DESC',
  'DISTINCT',
  'WITH',
  'SHOW TABLES',
  'DESCRIBE',
];

/** The columns of a table, its day among them. */
const columnsOf = (catalog: Catalog, name: string): string[] => {
  const table = catalog.get(name);
  if (table === undefined || table.zone === 'raw') return [];
  return [...table.columns.map((column) => column.name), ...(table.partition === undefined ? [] : ['dt'])];
};

/**
 * What the word at the end of a statement may become: a table where one is named, else a column of the tables that the
 * statement names, or a keyword. @returns the words, and what they begin with, as `readline` asks
 */
export function completionsOf(catalog: Catalog, statement: string): [hits: string[], word: string] {
  const word = /[\w$]*$/.exec(statement)?.[0] ?? '';
  const before = statement.slice(0, statement.length - word.length);
  const tables = [...catalog.values()].flatMap(({ name, zone }) => (zone === 'raw' ? [] : [name]));
  const startsLikeWord = (one: string) => one.toLowerCase().startsWith(word.toLowerCase());
  if (/(?:\b(?:from|join|describe|desc)|\\d)\s+$/i.test(before)) return [tables.filter(startsLikeWord), word];
  const named = tables.filter((name) => new RegExp(`\\b${name}\\b`).test(statement));
  const columns = new Set((named.length > 0 ? named : tables).flatMap((name) => columnsOf(catalog, name)));
  // Without a table most columns of the lake would be meant.
  const names = word === '' && named.length === 0 ? [] : [...columns].toSorted();
  const isUpper = word !== '' && word === word.toUpperCase();
  const words = word === '' ? [] : keywords.map((one) => (isUpper ? one : one.toLowerCase()));
  const hits = [...names, ...words, ...(word === '' ? [] : tables)].filter(startsLikeWord);
  return [[...new Set(hits)], word];
}
