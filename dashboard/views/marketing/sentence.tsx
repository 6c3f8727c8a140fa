import type { Page } from '../../app/view.ts';
import { dayNumber, lengthOf } from '../../../lambdas/shared/day-numbers.ts';
import { endedSpend } from '../../figures/known-spend.ts';
import { growth, ratio } from '../../figures/ratios.ts';
import type { Totals } from '../../figures/totals.ts';
import { channelName, platformName } from '../../language/names.ts';
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
  const { texts, formats, days, language, state, isUnfinished, hasOrders } = page;
  const t = marketingTexts[language];
  const change = before ? growth(now.revenue, before.revenue) : null;
  const { unknown_spend: withoutCost = [] } = page.source.manifest;
  const unknown = withoutCost.filter((channel) => (state.filters.channel ?? channel) === channel);
  // Of a part of the spend, the sentence would say what no euro has earned.
  const earned = unknown.length > 0 ? null : ratio(now.revenue, now.spend);
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
      {hasOrders ? null : <small class="unknown-before">{t.noOrders}</small>}
      {unknown.length > 0 ? (
        <small class="unknown-before">
          {t.unknownSpend(unknown.map((channel) => channelName(texts, channel)).join(', '))}
        </small>
      ) : null}
      {(now.spend === null ? [] : endedSpend(page.source.manifest, days)).map(({ platform, last }) => (
        <small key={platform} class="unknown-before">
          {texts.endedSpend(platformName(platform), formats.dayWithYear(dayNumber(last)))}
        </small>
      ))}
    </h1>
  );
}
