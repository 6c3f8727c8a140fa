/** What the engine says of a query that failed, in the words of the port. */
import { types as kinds } from 'node:util';
import { z } from 'zod';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { LimitReached, QueryFailed, UnportableSql } from '../../../lambdas/shared/ports/warehouse.ts';
import { beginOf } from './sandbox.ts';
import type { Admitted } from './trino/gate.ts';

/** A query, and the views before it. */
interface Asked {
  readonly admitted: Admitted;
  readonly seen: string;
}

interface Limits {
  readonly memoryLimitMb?: number | undefined;
}

/** An error of the engine in one line, in the words of the port, and with its place in the query. */
export function told(error: unknown, { memoryLimitMb }: Limits, asked?: Asked): unknown {
  if (
    error instanceof UnportableSql ||
    error instanceof QueryFailed ||
    error instanceof LimitReached ||
    error instanceof LakeUnavailable ||
    !kinds.isNativeError(error)
  )
    return error;
  const { type, message, position } = engineError(error.message);
  if (type === 'Out of Memory') {
    return new LimitReached(
      'memory',
      'The query was ended: it needs more memory than ' +
        `${memoryLimitMb === undefined ? 'there is' : `${memoryLimitMb} MB`}.`,
      { cause: error },
    );
  }
  const [line = ''] = message.split('\n');
  if (line.includes('TRY can not be used in combination with a volatile function'))
    return new UnportableSql('try(…) of a function that refuses some values is outside the portable subset; write it without try', { cause: error }); // prettier-ignore
  if (line.includes('Max expression depth')) return new QueryFailed('the query is nested too deeply', { cause: error });
  const said = inTrinoWords(line.replace(/^(?:[A-Z][A-Za-z ]+ Error: )+/, ''));
  // What is computed has no place of its own: the engine would tell that of the macro.
  const place = position === undefined || type !== 'Binder' ? undefined : asked && placeIn(asked, position);
  return new QueryFailed(place === undefined ? said : `${place}: ${said}`, { cause: error });
}

/** Where in a query the engine found a fault, of which it tells the byte; undefined where it is in a view before it. */
function placeIn({ admitted, seen }: Asked, position: number): string | undefined {
  const inQuery = position - Buffer.byteLength(beginOf(seen));
  return inQuery < 0 ? undefined : admitted.placeOf(Buffer.from(admitted.sql).subarray(0, inQuery).toString().length);
}

const errorAsJson = z.looseObject({
  exception_type: z.string(),
  exception_message: z.string(),
  position: z.coerce.number().optional(),
});

/** The engine's own words, which are JSON once a query has the engine for itself. */
function engineError(message: string): {
  readonly type: string;
  readonly message: string;
  readonly position?: number | undefined;
} {
  if (!message.startsWith('{')) return { type: /^([A-Z][A-Za-z ]+) Error: /.exec(message)?.[1] ?? '', message };
  const { exception_type: type, exception_message: said, position } = errorAsJson.parse(JSON.parse(message));
  return { type, message: said, position };
}

/** Mistakes that Trino tells in other words, which say what to write. */
const trinoWords: readonly (readonly [RegExp, string])[] = [
  [/^Could not convert string '(Division by zero)' to BOOL/, '$1'],
  [/^column "?([^"]+?)"? must appear in the GROUP BY clause.*/i, "'$1' must be an aggregate expression or appear in GROUP BY clause"],
  [/^WHERE clause cannot contain aggregates!?/, 'WHERE cannot contain an aggregation; write HAVING'],
  [/^aggregate function calls cannot be nested/, 'an aggregation cannot be nested in another; write the inner one in a subquery'],
  [/^WHERE clause cannot contain window functions!?/, 'WHERE cannot contain a window function; write it in a subquery, and WHERE outside it'],
]; // prettier-ignore

const inTrinoWords = (line: string): string =>
  trinoWords.reduce((text, [pattern, words]) => text.replace(pattern, words), line);
