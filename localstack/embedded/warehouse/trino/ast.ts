import type { Names, Span } from './tokens.ts';

/** The portable subset as a tree: what has no node here cannot be asked. */
export type Expression = Span &
  (
    | {
        readonly kind: 'literal';
        readonly type: string;
        readonly text: string;
        /** Its type is written before it: `DECIMAL '1.50'`. */ readonly isNamed: boolean;
      }
    | { readonly kind: 'interval'; readonly amount: string; readonly unit: string; readonly negative: boolean }
    | {
        readonly kind: 'name';
        readonly parts: readonly string[];
        /** The last part as it was written. */ readonly shown: string;
      }
    | { readonly kind: 'field'; readonly of: Expression; readonly field: string }
    | { readonly kind: 'subscript'; readonly of: Expression; readonly index: Expression }
    | { readonly kind: 'at zone'; readonly value: Expression; readonly zone: string }
    | { readonly kind: 'unary'; readonly operand: Expression }
    | {
        readonly kind: 'arithmetic';
        readonly operator: string;
        readonly operatorAt: Span;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: 'compare'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | {
        readonly kind: 'quantified';
        readonly operator: string;
        /** ALL, ANY or SOME. */
        readonly quantifier: Span & { readonly text: string };
        readonly value: Expression;
        readonly query: Query;
      }
    | {
        readonly kind: 'logic';
        readonly operator: 'and' | 'or' | 'not';
        readonly operands: readonly Expression[];
      }
    | { readonly kind: 'between'; readonly value: Expression; readonly low: Expression; readonly high: Expression }
    | {
        readonly kind: 'in';
        readonly value: Expression;
        readonly list: readonly Expression[];
        readonly negated: boolean;
      }
    | {
        readonly kind: 'inquery';
        readonly value: Expression;
        readonly query: Query;
        readonly negated: boolean;
      }
    | { readonly kind: 'like'; readonly value: Expression; readonly pattern: Expression; readonly escape?: Expression }
    | { readonly kind: 'isnull'; readonly value: Expression }
    | { readonly kind: 'exists'; readonly query: Query }
    | { readonly kind: 'subquery'; readonly query: Query }
    | {
        readonly kind: 'case';
        readonly operand?: Expression;
        readonly whens: readonly (readonly [Expression, Expression])[];
        readonly otherwise?: Expression;
      }
    | {
        readonly kind: 'cast';
        readonly value: Expression;
        readonly type: string;
        readonly typeAt: Span;
        /** `TRY_CAST`. */
        readonly lenient: boolean;
      }
    | { readonly kind: 'array'; readonly elements: readonly Expression[] }
    | { readonly kind: 'row'; readonly fields: readonly Expression[] }
    | { readonly kind: 'extract'; readonly unit: string; readonly unitAt: Span; readonly from: Expression }
    | {
        readonly kind: 'lambda';
        readonly parameters: readonly string[];
        readonly arrowAt: Span;
        readonly body: Expression;
      }
    | Call
  );

/** A function call with all that SQL hangs on it. */
export interface Call extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly nameAt: Span;
  readonly args: readonly Expression[];
  /** `count(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  /** `ORDER BY …`, in the parentheses of the arguments or in listagg's of WITHIN GROUP. */
  readonly orderAt?: Span;
  /** Where `WITHIN GROUP` stands. */
  readonly withinAt?: Span;
  readonly filter?: Expression;
  readonly filterAt?: Span;
  /** `IGNORE NULLS`, which Trino writes after the parenthesis. */
  readonly ignoreNullsAt?: Span;
  readonly over?: Window;
  readonly overAt?: Span;
  /** Of json_value. */
  readonly returning?: { readonly type: string; readonly at: Span };
}

export interface Window {
  /** Its own name, in a WINDOW clause. */
  readonly name?: string;
  /** The named window that it is, or that it begins with. */
  readonly base?: string;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: Frame;
}

/** `ROWS BETWEEN 6 PRECEDING AND CURRENT ROW`. */
export interface Frame extends Span {
  readonly unit: string;
  readonly from: Bound;
  readonly to: Bound;
}

export interface Bound extends Span {
  readonly way: 'preceding' | 'current row' | 'following';
  /** How far; undefined without a bound, and for the current row. */
  readonly by?: Expression;
}

export interface SortItem {
  readonly value: Expression;
  /** `DESC NULLS FIRST`, where something is written. */
  readonly directionAt?: Span;
}

export interface Query extends Span {
  /** Whether LIMIT, OFFSET or FETCH cut it off. */
  readonly limited: boolean;
  readonly recursive: boolean;
  readonly ctes: readonly Cte[];
  readonly body: Body;
  readonly orderBy: readonly SortItem[];
  /** Of `FETCH FIRST n ROWS WITH TIES`: how many, before those that are equal to the last. */
  readonly ties?: number;
}

export interface Cte extends Span {
  readonly name: string;
  readonly columns?: Names;
  readonly query: Query;
}

export type Body =
  | Select
  | (Span & {
      readonly kind: 'set';
      readonly operator: string;
      readonly isDistinct: boolean;
      readonly left: Body;
      readonly right: Body;
    })
  | (Span & { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[] })
  | (Span & { readonly kind: 'nested'; readonly query: Query });

export interface Select extends Span {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from?: TableExpression;
  readonly where?: Expression;
  /** The plain grouping expressions and those of all grouping sets. */
  readonly groupBy: readonly Expression[];
  /** Those of them that not every grouping set has: other rows are sums over their values. */
  readonly groupedPartly: readonly Expression[];
  readonly having?: Expression;
  readonly windows: readonly Window[];
}

export type SelectItem =
  | (Span & { readonly kind: 'star'; readonly of?: string })
  | {
      readonly kind: 'value';
      readonly value: Expression;
      readonly alias?: string;
      /** The alias as it was written. */
      readonly shown?: string;
      /** Where an alias without AS stands. */ readonly bare?: Span;
    };

export type TableExpression =
  | (Span & {
      readonly kind: 'table';
      readonly name: string;
      readonly nameEnd: number;
      /** The names of a catalogue and a schema, or of a schema, before it. */
      readonly qualifier?: readonly string[];
      readonly qualifierAt?: Span;
      /** Of `TABLESAMPLE BERNOULLI (share)`, in a hundred. */
      readonly share?: Expression;
      readonly alias?: string;
      readonly columns?: Names;
    })
  | (Span & {
      readonly kind: 'derived';
      readonly lateral: boolean;
      readonly query: Query;
      readonly alias?: string;
      readonly columns?: Names;
    })
  | Unnest
  | (Span & {
      readonly kind: 'join';
      readonly type: string;
      readonly left: TableExpression;
      readonly right: TableExpression;
      readonly on?: Expression;
      readonly using?: readonly string[];
    });

export interface Unnest extends Span {
  readonly kind: 'unnest';
  readonly arrays: readonly Expression[];
  readonly ordinality: boolean;
  /** `UNNEST(…) WITH ORDINALITY`, without the alias. */
  readonly callAt: Span;
  readonly alias?: string;
  readonly columns?: Names;
}

export type Statement =
  | { readonly kind: 'query'; readonly query: Query }
  /** The plan of a query, or only whether it is one. */
  | { readonly kind: 'explain'; readonly query: Query; readonly validates: boolean }
  | { readonly kind: 'show tables'; readonly schema?: Qualified; readonly like?: Pattern }
  | { readonly kind: 'show schemas'; readonly like?: Pattern }
  | { readonly kind: 'show catalogs'; readonly like?: Pattern }
  | { readonly kind: 'show functions'; readonly like?: Pattern }
  | ({
      readonly kind: 'show create';
      readonly of: 'table' | 'view';
      readonly table: string;
      readonly at: number;
    } & Qualified)
  | ({
      readonly kind: 'show columns';
      readonly table: string;
      readonly at: number;
      readonly like?: Pattern;
    } & Qualified);

/** The names of a catalogue and a schema, or of a schema alone. */
export interface Qualified {
  readonly qualifier?: readonly string[];
  readonly qualifierAt?: Span;
}

/** `LIKE 'a%' ESCAPE '!'`. */
export interface Pattern {
  readonly pattern: string;
  readonly escape?: string;
}
