import type { Manifest } from '../../lambdas/publish/manifest-schema.ts';
import type { Days } from '../../lambdas/shared/day-numbers.ts';
import type { Marts } from './mart.ts';

/** An answer of the lake to one statement. Decimals are texts, so that no cent is lost. */
export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there were more rows than the limit. */
  readonly isCut: boolean;
  /** What is to be known of it, in sentences. */
  readonly notes: readonly string[];
  /** Where the console of AWS has the query; undefined on a laptop. */
  readonly console?: string | undefined;
}

/** Asks the lake itself, below the grain of the marts. @throws Error in the words of the gate */
export type Ask = (sql: string, signal: AbortSignal) => Promise<Answer>;

/** Where figures come from. A view knows no other way. */
export interface DataSource {
  /** What is published. */
  readonly manifest: Manifest;
  /** Marts, of those days at least. @throws DataProblem */
  marts(names: readonly string[], days: Days): Promise<Marts>;
  /** Undefined where no server is there to ask. */
  readonly query: Ask | undefined;
  /** The address of that server's API, with a slash at its end: what else it tells, besides the answers to queries. */
  readonly api: URL | undefined;
  /** What it tells: on AWS the state of the pipeline and what happens live are elsewhere. */
  readonly tells: ReadonlySet<ApiPart>;
}

/** The parts of an API, as the server names them in the header `sillage-api-parts`. */
export const apiParts = ['query', 'tables', 'pipeline', 'live'] as const;
export type ApiPart = (typeof apiParts)[number];
