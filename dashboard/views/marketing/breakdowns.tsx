import type { ViewProps } from '../../app/view.ts';
import { campaignTexts, setAmong } from '../../app/options.ts';
import { BarList, type Bar } from '../../charts/bar-list.tsx';
import { ratio } from '../../figures/ratios.ts';
import { groupsOf, sumsOf } from '../../figures/sums.ts';
import { areVisitsKnown, choiceOf } from '../../figures/totals.ts';
import { glossary } from '../../language/glossary.ts';
import { deviceName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import { marketingTexts } from './texts.ts';

const steps = ['sessions', 'item_view_sessions', 'cart_sessions', 'checkout_sessions', 'purchase_sessions'] as const;

/** How far sessions came, step by step. */
export function Funnel({ page, marts }: ViewProps) {
  const { texts, formats, language, days, state } = page;
  const t = marketingTexts[language];
  const mart = marts['campaign_funnel_daily'];
  if (mart === undefined) return null;
  const { channel, campaign, device } = state.filters;
  const sums = sumsOf(mart, steps, { days, texts: { channel, device, ...campaignTexts(campaign) } });
  const bars = steps.map((step, i): Bar => {
    const above = steps[i - 1];
    return {
      id: step,
      label: t.steps[step],
      value: sums[step],
      aside: above === undefined ? null : ratio(sums[step], sums[above]),
    };
  });
  const ignored = setAmong(['country'], state.filters, texts.filters);
  return (
    <Card title={t.funnel} note={`${t.funnelNote}${ignored.length > 0 ? ` ${texts.notFollowed(ignored)}` : ''}`}>
      {areVisitsKnown(marts, days) ? (
        <BarList bars={bars} kind="count" formats={formats} />
      ) : (
        <p class="unknown">{t.noVisits}</p>
      )}
    </Card>
  );
}

/** Revenue by what one column of the returns says, with its share of all. */
function Revenue({ page, marts, by }: ViewProps & { readonly by: 'country' | 'device' }) {
  const { texts, formats, language, days, state, model } = page;
  const t = marketingTexts[language];
  const mart = marts['returns_daily'];
  if (mart === undefined) return null;
  const { channel, campaign, country, device } = state.filters;
  const where = { days, texts: { attribution_model: model, channel, country, device, ...campaignTexts(campaign) } };
  const groups = groupsOf(mart, ['net_revenue_eur'], [by], where);
  const all = groups.reduce((sum, { sums }) => sum + sums.net_revenue_eur, 0);
  const name = (key: string | null) => {
    if (key === null) return by === 'country' ? t.noCountry : t.noDevice;
    return by === 'country' ? formats.country(key) : deviceName(texts, key);
  };
  const bars = groups
    .map(({ keys: [key = null], sums }): Bar => ({
      id: key ?? '',
      label: name(key),
      value: sums.net_revenue_eur,
      aside: ratio(sums.net_revenue_eur, all),
    }))
    .toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0));
  // By country every order counts whole where nothing is attributed; a device is always that of a visit that is
  // credited.
  const isAttributed = by === 'device' || choiceOf(state.filters, model).isAttributed;
  const names = glossary[language];
  return (
    <Card
      title={by === 'country' ? t.countries : t.devices}
      note={`${(isAttributed ? names.attributedRevenue : names.revenue).name}. ${by === 'device' ? t.devicesNote : ''}`}
    >
      {bars.length === 0 ? (
        <p class="unknown">{texts.empty}</p>
      ) : (
        <BarList bars={bars} kind="money" formats={formats} />
      )}
    </Card>
  );
}

export const Countries = (props: ViewProps) => <Revenue {...props} by="country" />;
export const Devices = (props: ViewProps) => <Revenue {...props} by="device" />;
