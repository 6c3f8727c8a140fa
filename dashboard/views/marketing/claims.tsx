import type { ViewProps } from '../../app/view.ts';
import { campaignTexts, setAmong } from '../../app/options.ts';
import { ratio, type Figure } from '../../figures/ratios.ts';
import { groupsOf, isTold, sumsOf } from '../../figures/sums.ts';
import { glossary } from '../../language/glossary.ts';
import { platformName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import { DataTable, exported, type Column } from '../../parts/data-table.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { marketingTexts } from './texts.ts';

interface Row {
  readonly platform: string;
  /** Null where no report of the platform tells any. */
  readonly claimed: Figure;
  readonly value: Figure;
  readonly attributed: Figure;
  readonly revenue: Figure;
}

/** What each advertising platform counts as its own, beside what it is credited with. */
export function Claims({ page, marts }: ViewProps) {
  const { texts, formats, language, days, state, model } = page;
  const t = marketingTexts[language];
  const [ads, returns] = [marts['ads_daily'], marts['returns_daily']];
  if (ads === undefined || returns === undefined) return null;
  // Platforms claim neither by country nor by device, so the other side is not narrowed by them here either.
  const narrowed = { channel: state.filters.channel, ...campaignTexts(state.filters.campaign) };
  const rows = groupsOf(ads, ['claimed_conversions', 'claimed_value_eur'], ['platform'], { days, texts: narrowed }).map(
    ({ keys: [platform = null], sums }): Row => {
      const credited = sumsOf(returns, ['orders', 'net_revenue_eur'], {
        days,
        texts: { ...narrowed, attribution_model: model, platform },
      });
      return {
        platform: platform ?? '',
        claimed: isTold(ads, 'claimed_conversions', { texts: { platform } }) ? sums.claimed_conversions : null,
        value: isTold(ads, 'claimed_value_eur', { texts: { platform } }) ? sums.claimed_value_eur : null,
        attributed: page.hasOrders ? credited.orders : null,
        revenue: page.hasOrders ? credited.net_revenue_eur : null,
      };
    },
  );
  const columns: Column<Row>[] = [
    { id: 'name', label: t.platform, kind: 'text', value: ({ platform }) => platformName(platform) },
    { id: 'claimed', label: t.claimedOrders, kind: 'count', value: ({ claimed }) => claimed },
    { id: 'attributed', label: t.attributedOrders, kind: 'count', value: ({ attributed }) => attributed },
    { id: 'over', label: t.overClaim, kind: 'ratio', value: ({ claimed, attributed }) => ratio(claimed, attributed) },
    { id: 'value', label: t.claimedValue, kind: 'money', value: ({ value }) => value },
    { id: 'revenue', label: glossary[language].attributedRevenue.name, kind: 'money', value: ({ revenue }) => revenue },
  ];
  const sorted = rows.toSorted((a, b) => (b.claimed ?? -1) - (a.claimed ?? -1));
  const ignored = setAmong(['country', 'device'], state.filters, texts.filters);
  return (
    <Card
      title={t.claims}
      tools={<ExportButtons follows page={page} texts={texts} table={() => exported(t.claims, columns, sorted)} />}
      note={`${t.claimsNote}${ignored.length > 0 ? ` ${texts.notFollowed(ignored)}` : ''}`}
    >
      {sorted.length === 0 ? (
        <p class="unknown">{texts.empty}</p>
      ) : (
        <DataTable
          label={t.claims}
          columns={columns}
          rows={sorted}
          rowId={({ platform }) => platform}
          formats={formats}
        />
      )}
    </Card>
  );
}
