import { literal, pathLiteral } from '../shared/duckdb.ts';
import type { BatchFile } from './raw-objects.ts';

const lineReader =
  "columns = {'_record': 'VARCHAR'}, delim = chr(1), quote = '', escape = '', header = false, strict_mode = " +
  'false, auto_detect = false, max_line_size = 2097152, hive_partitioning = false';

/** A file of a batch. */
export interface PlacedFile extends BatchFile {
  /** Its number in the batch, from 1. */
  readonly place: number;
}

export const inPlaces = (files: readonly BatchFile[]): PlacedFile[] =>
  files.map((file, i) => ({ ...file, place: i + 1 }));

/** Every line of the files, read side by side, with `_at`: where it stands, by the variable `places`. */
export function records(files: readonly PlacedFile[]): string {
  return `SELECT _record, map_extract_value(getvariable('places'), _path) AS _at
    FROM read_csv([${files.map((file) => pathLiteral(file.path)).join(', ')}], ${lineReader}, filename = '_path')
    WHERE _record IS NOT NULL`;
}

/**
 * The numbers of the files' lines. Counting takes one file after the other, so the files go in a few such rows side by
 * side.
 */
export function numberedLines(files: readonly Pick<PlacedFile, 'path' | 'place' | 'lines'>[]): string {
  const perRow = Math.ceil(files.length / 4);
  const rows = Array.from({ length: Math.ceil(files.length / perRow) }, (_, i) =>
    files.slice(i * perRow, (i + 1) * perRow),
  );
  return rows
    .map((row) => {
      let before = 0;
      const known = row.map((file) => {
        const value = `(${literal(file.path)}, ${file.place}, CAST(${before} AS BIGINT))`;
        before += file.lines;
        return value;
      });
      return `SELECT _record, place AS _file, n - before AS line
      FROM (SELECT _record, _path, row_number() OVER () AS n
        FROM read_csv([${row.map((file) => pathLiteral(file.path)).join(', ')}], ${lineReader}, filename = '_path'))
      JOIN (VALUES ${known.join(', ')}) AS f(path, place, before) ON path = _path`;
    })
    .join(' UNION ALL ');
}
