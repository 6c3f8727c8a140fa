import type { Span } from './tokens.ts';

/** The portable subset as a tree: what has no node here cannot be asked. */
export type Expression = Span &
  (
    | { readonly kind: 'literal'; readonly type: string; readonly text: string }
    | { readonly kind: 'interval'; readonly amount: string; readonly unit: string; readonly negative: boolean }
    | { readonly kind: 'name'; readonly parts: readonly string[] }
    | { readonly kind: 'field'; readonly of: Expression; readonly field: string }
    | { readonly kind: 'unary'; readonly operand: Expression }
    | {
        readonly kind: 'arithmetic';
        readonly operator: string;
        readonly operatorAt: Span;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly kind: 'compare'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'logic'; readonly operands: readonly Expression[] }
    | { readonly kind: 'between'; readonly value: Expression; readonly low: Expression; readonly high: Expression }
    | { readonly kind: 'in'; readonly value: Expression; readonly list: readonly Expression[] }
    | { readonly kind: 'inquery'; readonly value: Expression; readonly query: Query }
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
    | { readonly kind: 'cast'; readonly value: Expression; readonly type: string; readonly typeAt: Span }
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
  /** From the arguments' closing parenthesis up to ORDER BY, in listagg's `) WITHIN GROUP (ORDER BY …)`. */
  readonly withinAt?: Span;
  readonly filter?: Expression;
  /** `IGNORE NULLS`, which Trino writes after the parenthesis. */
  readonly ignoreNullsAt?: Span;
  /** The offset of the parenthesis that ends the arguments. */
  readonly closeAt: number;
  readonly over?: Window;
}

export interface Window {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: { readonly unit: string; readonly bounds: readonly Expression[] };
}

export interface SortItem {
  readonly value: Expression;
}

export interface Query extends Span {
  readonly recursive: boolean;
  readonly ctes: readonly Cte[];
  readonly body: Body;
  readonly orderBy: readonly SortItem[];
}

export interface Cte extends Span {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly query: Query;
}

export type Body =
  | Select
  | (Span & { readonly kind: 'set'; readonly operator: string; readonly left: Body; readonly right: Body })
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
  readonly having?: Expression;
}

export type SelectItem =
  | (Span & { readonly kind: 'star'; readonly of?: string })
  | {
      readonly kind: 'value';
      readonly value: Expression;
      readonly alias?: string;
      /** Where an alias without AS stands. */ readonly bare?: Span;
    };

export type TableExpression =
  | (Span & {
      readonly kind: 'table';
      readonly name: string;
      readonly alias?: string;
      readonly columns?: readonly string[];
    })
  | (Span & {
      readonly kind: 'derived';
      readonly lateral: boolean;
      readonly query: Query;
      readonly alias?: string;
      readonly columns?: readonly string[];
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
  readonly columns?: readonly string[];
}

export type Statement =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'show tables' }
  | { readonly kind: 'show columns'; readonly table: string; readonly at: number };
