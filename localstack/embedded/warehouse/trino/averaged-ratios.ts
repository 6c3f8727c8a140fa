/** Means of ratios. */
import type { Call, Select } from './ast.ts';
import { isExpression, ownNodes, isName } from './query-nodes.ts';

/** Ratios: their mean is not the ratio of the sums, and their sum is nothing. */
const ratio =
  /^(?:roas|roi|mer|ctr|over_claim_ratio|cost_coverage|lift|ltv_(?:eur|to_cac)|cost_per_engagement_eur|(?:cpc|cpm|cpa|cac|aov)(?:_eur)?|\w+_(?:rate|share|roas|roi|mer)|blended_(?:cac|aov)_eur)$/u;

const isWeighted = (part: object): boolean =>
  isExpression(part) &&
  part.kind === 'arithmetic' &&
  part.operator === '*' &&
  [part.left, part.right].every((side) => ownNodes(side).some(isName));

/** Whether a value is, or holds, one thing by another. */
const isDividedIn = (parts: readonly object[]): boolean =>
  parts.some(
    (part) =>
      isExpression(part) &&
      part.kind === 'arithmetic' &&
      part.operator === '/' &&
      [part.left, part.right].every((side) => ownNodes(side).some(isName)),
  );

/** What selects call one thing by another. */
export const namedRatios = (selects: readonly Select[]): ReadonlySet<string> =>
  new Set(
    selects.flatMap(({ items }) =>
      items.flatMap((item) =>
        item.kind === 'value' && item.alias !== undefined && isDividedIn(ownNodes(item.value)) ? [item.alias] : [],
      ),
    ),
  );

/** Means of ratios, by their names or as they are written, here or in a query inside. */
export function averagedRatios(calls: readonly Call[], given: ReadonlySet<string>): string[] {
  return calls.flatMap((call) => {
    const own = call.args.flatMap((argument) => ownNodes(argument));
    // A ratio times what it is a ratio of is a sum again: a weighted mean.
    const weighted = new Set(own.filter(isWeighted).flatMap(ownNodes));
    const named = own
      .filter((part) => !weighted.has(part))
      .filter(isName)
      .flatMap(({ parts }) =>
        parts.slice(-1).filter((name) => ratio.test(name) || (call.name === 'avg' && given.has(name))),
      );
    const isDivided = call.name === 'avg' && isDividedIn(own);
    return [...named, ...(isDivided && named.length === 0 ? ['a / b'] : [])].map((of) => `${call.name}(${of})`);
  });
}
