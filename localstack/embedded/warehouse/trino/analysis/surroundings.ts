import type { Expression, Qualified, Query, Window } from '../ast.ts';
import type { Respelling } from '../respelling.ts';
import type { Column, Scope } from '../scope.ts';
import type { Span, Token } from '../tokens.ts';
import type { Type } from '../types.ts';

/** A relation that the catalogue knows, under the name that it has there. */
export interface Known {
  readonly name: string;
  /** The name under which the engine has it. */
  readonly spelled: string;
  readonly columns: readonly Column[];
  /** Columns that a query must name. */
  readonly hidden: readonly Column[];
}

/** What the analysis of a part needs of that of the whole. */
export interface Surroundings {
  readonly sql: string;
  readonly respelling: Respelling;
  /** The relations of which a query may read every column, whatever names stand in it. */
  readonly whole: Set<string>;
  /** The queries inside expressions that name columns of those around them. */
  readonly correlated: Set<Query>;
  /** What is to be known of the answer, in sentences. */
  readonly notes: Set<string>;
  /** What stands for parts of an expression that are computed before it. */
  readonly standIns: Map<Expression, { readonly type: Type; readonly text: string }>;
  /** The type that Trino gives an expression. */
  type(value: Expression, scope: Scope): Type;
  /** The columns of a query. */
  query(query: Query, around: Scope): readonly Column[];
  /** The type of the one column of a query inside an expression. */
  oneColumn(query: Query, scope: Scope): Type;
  /** Refuses a value that cannot be compared with what a query gives. */
  inQuery(value: Expression, query: Query, scope: Scope): void;
  /** A table or view of the lake, under its own name. */
  relation(table: Qualified & { readonly name: string; readonly start: number }): Known;
  /** The relation in sight of which a name is withheld. */
  personal(parts: readonly string[], scope: Scope): string | undefined;
  /** The relation that has, day by day, what one in sight has in sum. */
  daily(scope: Scope): { readonly name: string; readonly day: string } | undefined;
  /** The common type of values; where they are compared, it must be one that both engines compare alike. */
  alike(values: readonly Expression[], scope: Scope, what: string, compared?: boolean): Type;
  /** Refuses a type that the engines compare apart. */
  comparable(type: Type, at: Span): void;
  /** Refuses a condition that is no boolean. */
  boolean(value: Expression, scope: Scope): void;
  window(window: Window, scope: Scope): void;
  /** Whether an expression has a name, not behind a dot, and not as a function. */
  names(value: Span, name: string): boolean;
  /** The token that stands so many places before a stretch's first. */
  tokenBefore(span: Span, places: number): Token | undefined;
}
