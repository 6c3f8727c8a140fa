import { resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue, type Json } from '@duckdb/node-api';
import { pathPattern } from './path-pattern.ts';
import { literal } from './sql-text.ts';

export type { Json };
export { identifier, literal } from './sql-text.ts';

export interface EngineOptions {
  readonly threads: number;
  readonly memoryMb: number;
  /** Folder for what does not fit in memory. */
  readonly spill: string;
}

/** An embedded SQL engine: UTC, nothing downloaded, nothing printed. */
export interface Engine {
  connect(): Promise<Session>;
  close(): void;
}

/** One connection: its temporary tables and macros are its own. */
export interface Session {
  readonly connection: DuckDBConnection;
  run(sql: string, values?: DuckDBValue[]): Promise<void>;
  /** Rows as objects of JSON values: decimals, bigints, dates and timestamps are strings. */
  rows(sql: string, values?: DuckDBValue[]): Promise<Record<string, Json>[]>;
  close(): void;
}

/** Opens an engine in memory. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryMb}MB`,
    temp_directory: resolve(options.spill),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  return {
    async connect() {
      const connection = await instance.connect();
      await connection.run("SET TimeZone = 'UTC'");
      return {
        connection,
        async run(sql, values) {
          await connection.run(sql, values);
        },
        async rows(sql, values) {
          return (await connection.runAndReadAll(sql, values)).getRowObjectsJson();
        },
        close: () => connection.closeSync(),
      };
    },
    close: () => instance.closeSync(),
  };
}

/**
 * The path of one file to be read, as an SQL literal that means this file and no other.
 * @throws LakeUnavailable @see pathPattern
 */
export function pathLiteral(path: string): string {
  return literal(pathPattern(path));
}

/** The path of a file to be written, as an SQL literal: `COPY … TO` knows no patterns. */
export function targetLiteral(path: string): string {
  return literal(resolve(path));
}

/**
 * Just these Parquet files as a relation. Without its setting a folder above them that is called `a=b` would be a
 * column `a`.
 */
export function parquetFiles(paths: readonly string[], { byName = false }: { readonly byName?: boolean } = {}): string {
  return (
    `read_parquet([${paths.map(pathLiteral).join(', ')}], hive_partitioning = ` +
    `false${byName ? ', union_by_name = true' : ''})`
  );
}

/** A value of a row as text: as it is, or as JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
