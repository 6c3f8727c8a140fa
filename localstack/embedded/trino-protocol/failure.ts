import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { LimitReached, QueryFailed, UnportableSql } from '../../../lambdas/shared/ports/warehouse.ts';

/** Trino's names of errors, with their numbers (`StandardErrorCode`). */
const codes = {
  GENERIC_USER_ERROR: 0,
  SYNTAX_ERROR: 1,
  ABANDONED_QUERY: 2,
  USER_CANCELED: 3,
  PERMISSION_DENIED: 4,
  NOT_FOUND: 5,
  FUNCTION_NOT_FOUND: 6,
  INVALID_FUNCTION_ARGUMENT: 7,
  DIVISION_BY_ZERO: 8,
  INVALID_CAST_ARGUMENT: 9,
  NOT_SUPPORTED: 13,
  NUMERIC_VALUE_OUT_OF_RANGE: 19,
  CATALOG_NOT_FOUND: 44,
  SCHEMA_NOT_FOUND: 45,
  TABLE_NOT_FOUND: 46,
  COLUMN_NOT_FOUND: 47,
  TYPE_MISMATCH: 58,
  INVALID_PARAMETER_USAGE: 66,
  AMBIGUOUS_NAME: 70,
  GENERIC_INTERNAL_ERROR: 65_536,
  EXCEEDED_TIME_LIMIT: 131_075,
  EXCEEDED_LOCAL_MEMORY_LIMIT: 131_079,
} as const;
type ErrorName = keyof typeof codes;

/** What a message of the gate or of the engine stands for, the first that fits. */
const named: readonly (readonly [RegExp, ErrorName])[] = [
  [/^Prepared statement not found/, 'NOT_FOUND'],
  [/^Incorrect number of parameters/, 'INVALID_PARAMETER_USAGE'],
  [/\bunexpected |has no closing|is not allowed|must not start with a digit|the query is empty/, 'SYNTAX_ERROR'],
  [/Recursion depth limit/, 'NOT_SUPPORTED'],
  [/tells one person/, 'PERMISSION_DENIED'],
  [/Catalog '.*' (?:does not exist|not found)/, 'CATALOG_NOT_FOUND'],
  [/Schema '.*' does not exist/, 'SCHEMA_NOT_FOUND'],
  [/Table '.*' does not exist/, 'TABLE_NOT_FOUND'],
  [/Column '.*' cannot be resolved/, 'COLUMN_NOT_FOUND'],
  [/is ambiguous/, 'AMBIGUOUS_NAME'],
  [/[Dd]ivision by zero|[Dd]ivide by zero/, 'DIVISION_BY_ZERO'],
  [/Function .* not registered|no function/i, 'FUNCTION_NOT_FOUND'],
  [/Cannot cast|Could not convert|Conversion/i, 'INVALID_CAST_ARGUMENT'],
  [/overflow|out of range/i, 'NUMERIC_VALUE_OUT_OF_RANGE'],
  [/needs one type|must be boolean|must be of the same type|cannot be applied/, 'TYPE_MISMATCH'],
];

export interface WireError {
  readonly message: string;
  readonly errorCode: number;
  readonly errorName: ErrorName;
  readonly errorType: 'USER_ERROR' | 'INTERNAL_ERROR' | 'INSUFFICIENT_RESOURCES';
  readonly errorLocation?: { readonly lineNumber: number; readonly columnNumber: number };
  readonly failureInfo: object;
}

/** A query that its client gave up, or left alone. */
export class QueryEnded extends Error {
  override readonly name = 'QueryEnded';
  readonly code: 'USER_CANCELED' | 'ABANDONED_QUERY';
  constructor(code: QueryEnded['code'], message: string) {
    super(message);
    this.code = code;
  }
}

function nameOf(error: unknown): ErrorName {
  if (error instanceof QueryEnded) return error.code;
  if (error instanceof UnportableSql) return 'NOT_SUPPORTED';
  if (error instanceof LimitReached)
    return error.limit === 'memory' ? 'EXCEEDED_LOCAL_MEMORY_LIMIT' : 'EXCEEDED_TIME_LIMIT';
  if (error instanceof QueryFailed)
    return named.find(([pattern]) => pattern.test(error.message))?.[1] ?? 'GENERIC_USER_ERROR';
  return 'GENERIC_INTERNAL_ERROR';
}

/**
 * An error as Trino tells it: its name, its number, and where in the query it is. Of a fault within no more is said
 * than that there was one.
 */
export function wireError(error: unknown): WireError {
  const errorName = nameOf(error);
  const isTheirs = errorName !== 'GENERIC_INTERNAL_ERROR' || error instanceof LakeUnavailable;
  const message =
    isTheirs && error instanceof Error ? error.message : 'The server failed, and says why where it was started.';
  const [, line, column] = /^line (\d+):(\d+): /.exec(message) ?? [];
  const location = line === undefined ? undefined : { lineNumber: Number(line), columnNumber: Number(column) };
  const errorType = { 0: 'USER_ERROR', 1: 'INTERNAL_ERROR', 2: 'INSUFFICIENT_RESOURCES' } as const;
  const kind = errorType[codes[errorName] < 65_536 ? 0 : codes[errorName] < 131_072 ? 1 : 2];
  return {
    message,
    errorCode: codes[errorName],
    errorName,
    errorType: kind,
    ...(location && { errorLocation: location }),
    failureInfo: {
      type: 'io.trino.spi.TrinoException',
      message,
      suppressed: [],
      stack: [],
      errorInfo: { code: codes[errorName], name: errorName, type: kind },
      ...(location && { errorLocation: location }),
    },
  };
}
