/** What multiplies or distorts a sum without an error: told beside the answer, since only the asker knows what is meant. */
import type { Column } from './scope.ts';
import type { Token } from './tokens.ts';

/** Columns of which each value repeats every order: a sum over several of them counts it as often. */
const repeating: Readonly<Record<string, string>> = {
  attribution_model:
    'every model gives out every order, so the rows repeat it; keep one: WHERE attribution_model = (SELECT attribution_model FROM shop)',
  lookback_days:
    'every look-back gives out every order, so the rows repeat it; keep one: WHERE lookback_days = (SELECT lookback_days FROM shop)',
};

/** Ratios: their mean is not the ratio of the sums, and their sum is nothing. */
const ratio =
  /^(?:roas|roi|mer|ctr|over_claim_ratio|cost_coverage|(?:cpc|cpm|cpa|cac|aov)(?:_eur)?|\w+_(?:rate|share|roas|roi))$/u;
const adding: ReadonlySet<string> = new Set(['avg', 'sum']);

/** The ratios within the brackets of `avg(…)` and `sum(…)`. */
function averagedRatios(all: readonly Token[]): string[] {
  const found: string[] = [];
  all.forEach((token, at) => {
    if (token.kind !== 'word' || !adding.has(token.value) || all[at + 1]?.text !== '(') return;
    let depth = 0;
    for (const { kind, text, value } of all.slice(at + 1)) {
      if (text === '(') depth += 1;
      else if (text === ')') depth -= 1;
      else if ((kind === 'word' || kind === 'name') && ratio.test(value)) found.push(`${token.value}(${value})`);
      if (depth === 0) return;
    }
  });
  return found;
}

/**
 * What a query of its own relations should be told.
 * @param reads the relations that it reads itself, each with its columns
 * @param isNamed whether the query says anything of a column of one of them
 */
export function multiplied(
  all: readonly Token[],
  reads: readonly (readonly [relation: string, columns: readonly Column[]])[],
  isNamed: (relation: string, column: string) => boolean,
): string[] {
  const repeated = reads.flatMap(([relation, columns]) => {
    const has = (name: string) => columns.some((column) => column.name === name);
    // Of a table that gives out orders; others only tell of which model they are.
    if (!has('orders') && !has('credit')) return [];
    return Object.entries(repeating).flatMap(([column, advice]) =>
      has(column) && !isNamed(relation, column) ? [`${relation} has a row for each ${column}: ${advice}`] : [],
    );
  });
  const averaged = [...new Set(averagedRatios(all))].map(
    (call) => `${call} is of ratios: a mean of ratios is not the ratio; divide the sums, sum(a) / NULLIF(sum(b), 0)`,
  );
  return [...repeated, ...averaged];
}
