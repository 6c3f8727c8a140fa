import type { Page } from '../../app/view.ts';
import { lengthOf } from '../../../lambdas/shared/day-numbers.ts';
import { growth, ratio } from '../../figures/ratios.ts';
import type { Totals } from '../../figures/totals.ts';
import { marketingTexts } from './texts.ts';

/** What happened, in one sentence. */
export function Sentence({
  page,
  now,
  before,
  isAttributed,
}: {
  page: Page;
  now: Totals;
  before: Totals | undefined;
  isAttributed: boolean;
}) {
  const { texts, formats, days, language, state, isUnfinished } = page;
  const t = marketingTexts[language];
  const change = before ? growth(now.revenue, before.revenue) : null;
  const earned = ratio(now.revenue, now.spend);
  return (
    <h1 class="sentence">
      {t.reached(isAttributed)}
      <strong>{formats.figure('money', now.revenue)}</strong>
      {t.over(lengthOf(days))}
      {change === null || state.comparison === 'none' ? null : (
        <>
          {', '}
          <strong>{formats.change(change)}</strong> {texts.comparedTo[state.comparison]}
        </>
      )}
      {earned === null ? null : (
        <>
          {t.earned[0]}
          <strong>{formats.figure('money', earned)}</strong>
          {t.earned[1]}
        </>
      )}
      .
      {state.comparison !== 'none' && before === undefined ? (
        <small class="unknown-before">{isUnfinished ? texts.unfinished : texts.notKnownBefore}</small>
      ) : null}
    </h1>
  );
}
