/** What a file looks like, apart from what it says: the same records are written otherwise each time. */
import { crc32, gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';

/** SILLAGE_SEED makes other worlds and files. Without it they are the same each time: a failure is then of a change, not of a draw. */
export const seed = Number(process.env['SILLAGE_SEED'] ?? 7);

/** One drawing, the same for the same seed and name. */
export function drawn<T>(arbitrary: fc.Arbitrary<T>, name: string): T {
  const [one] = fc.sample(arbitrary, { seed: (crc32(name) ^ seed) | 0, numRuns: 1 });
  if (one === undefined) throw new Error('Nothing was drawn.');
  return one;
}

/** A row by its headings: columns may stand in any order. */
export type Cells = Readonly<Record<string, string>>;

const tables = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  encoding: fc.constantFrom('UTF-8', 'UTF-8 with its mark', 'UTF-16'),
  isQuoted: fc.boolean(),
  isPacked: fc.boolean(),
  order: fc.infiniteStream(fc.nat()),
});

/** The same in another order, as numbers that were drawn say. */
export function shuffled<T>(all: readonly T[], numbers: Iterator<number>): T[] {
  const rest = [...all];
  return all.flatMap(() => rest.splice(Number(numbers.next().value) % rest.length, 1));
}

function encoded(text: string, encoding: 'UTF-8' | 'UTF-8 with its mark' | 'UTF-16'): Buffer {
  return Buffer.from(encoding === 'UTF-8' ? text : `\uFEFF${text}`, encoding === 'UTF-16' ? 'utf16le' : 'utf8');
}

/** The cells of a table, its columns in an order that is drawn; `groups`: rows that stay together. */
export function rowsOf(groups: readonly (readonly Cells[])[], name: string): string[][] {
  const { order } = drawn(tables, `${name} rows`);
  const headings = shuffled(Object.keys(groups[0]?.[0] ?? {}), order);
  return [
    headings,
    ...shuffled(groups, order).flatMap((rows) => rows.map((row) => headings.map((one) => row[one] ?? ''))),
  ];
}

/** A CSV file; `delimiter` where the platform has one of its own. */
export function csv(rows: readonly (readonly string[])[], name: string, delimiter?: string): Buffer {
  const clothes = drawn(tables, `${name} signs`);
  const text = stringify(
    rows.map((row) => [...row]),
    { delimiter: delimiter ?? clothes.delimiter, record_delimiter: clothes.lineEnd, quoted: clothes.isQuoted },
  );
  const bytes = encoded(text, clothes.encoding);
  return clothes.isPacked ? gzipSync(bytes) : bytes;
}

const documents = fc.record({
  form: fc.constantFrom('lines', 'list', 'pages'),
  pageSize: fc.integer({ min: 3, max: 100 }),
  isIndented: fc.boolean(),
  isPacked: fc.boolean(),
});

/** Parts of a list. */
export const pagesOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/**
 * Records as JSON: one a line, a list, or the pages that an interface answered, one after the other in one file.
 * `around`: how a page stands around its records, for those that know no bare list.
 */
export function json(
  records: readonly object[],
  name: string,
  around: {
    readonly forms?: readonly ('lines' | 'list' | 'pages')[];
    readonly page?: (records: readonly object[], isLast: boolean) => unknown;
  } = {},
): Buffer {
  const clothes = drawn(documents, name);
  const { forms = ['lines', 'list', 'pages'], page = (all) => all } = around;
  const form = forms.includes(clothes.form) ? clothes.form : forms[0];
  const indent = clothes.isIndented ? 1 : undefined;
  const pages = form === 'pages' ? pagesOf(records, clothes.pageSize) : [records];
  const text =
    form === 'lines'
      ? records.map((one) => `${JSON.stringify(one)}\n`).join('')
      : pages
          .map(
            (all, at) =>
              `${JSON.stringify(form === 'list' ? all : page(all, at === pages.length - 1), null, indent)}\n`,
          )
          .join('');
  const bytes = Buffer.from(text);
  return clothes.isPacked ? gzipSync(bytes) : bytes;
}
