import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { Skeleton } from '../../app/skeleton.tsx';
import type { Page, View, ViewProps } from '../../app/view.ts';
import type { Marts } from '../../data/mart.ts';
import { annotationsIn } from '../../figures/annotations.ts';
import { choiceOf, computed, totalsOf, type Choice } from '../../figures/totals.ts';
import { glossary } from '../../language/glossary.ts';
import { modelName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { InTurn } from '../../parts/in-turn.tsx';
import { KpiBand } from '../../parts/kpi-band.tsx';
import { TimePanel } from '../../parts/time-panel.tsx';
import { dayNumber, isoOf } from '../../../lambdas/shared/day-numbers.ts';
import { Countries, Devices, Funnel } from './breakdowns.tsx';
import { Budget } from './budget.tsx';
import { Channels } from './channels.tsx';
import { Claims } from './claims.tsx';
import { Cohorts } from './cohorts.tsx';
import { Incremental } from './incremental.tsx';
import { Influencers } from './influencers.tsx';
import { kpisOf, metrics } from './metrics.ts';
import { Models } from './models.tsx';
import { Sentence } from './sentence.tsx';
import { marketingTexts } from './texts.ts';

/** The sentence, the tiles, and the figure of the tile that is chosen, day by day. */
function overTime(page: Page, marts: Marts, choice: Choice): VNode[] {
  const { texts, formats, days, before, state, language, model, go } = page;
  const t = marketingTexts[language];
  const now = totalsOf(marts, choice, days);
  const past = before && totalsOf(marts, choice, before);
  const kpis = kpisOf(page, choice, now, past, t);
  const metric = metrics.find(({ id }) => id === state.metric) ?? metrics[0];
  const chosen = kpis.find(({ id }) => id === metric?.id);
  if (metric === undefined || chosen === undefined) return [];
  const title = t.perDay(chosen.label);
  const then = past?.daily.map(computed[metric.id]);
  const hasSpend = choice.spend !== null && metric.id !== 'spend';
  const spend = now.daily.map((totals) => totals.spend);
  const names = glossary[language];
  const table = () => ({
    title,
    columns: [
      { label: texts.day, kind: 'text' as const },
      { label: chosen.label, kind: metric.kind },
      ...(then ? [{ label: t.before, kind: metric.kind }] : []),
      ...(hasSpend ? [{ label: names.spend.name, kind: 'money' as const }] : []),
    ],
    rows: chosen.daily.map((value, i) => [
      isoOf(days.from + i),
      value,
      ...(then ? [then[i] ?? null] : []),
      ...(hasSpend ? [spend[i] ?? null] : []),
    ]),
  });
  return [
    <Sentence key="sentence" page={page} now={now.all} before={past?.all} isAttributed={choice.isAttributed} />,
    <KpiBand
      key="tiles"
      kpis={kpis}
      chosen={chosen.id}
      onChoose={(id) => go({ metric: id === metrics[0]?.id ? undefined : id })}
      label={t.kpis}
      texts={texts}
      formats={formats}
    />,
    <Card
      key="chart"
      title={title}
      note={choice.isAttributed ? t.attributed(modelName(texts, model)) : undefined}
      tools={<ExportButtons follows page={page} texts={texts} table={table} hasChart />}
    >
      <TimePanel
        title={title}
        days={days}
        beforeDays={before}
        kind={metric.kind}
        values={chosen.daily}
        before={then}
        spend={hasSpend ? spend : undefined}
        annotations={annotationsIn(days, page.source.manifest.shop.annotations, t.occasions)}
        labels={{ now: chosen.label, before: t.before, spend: names.spend.name }}
        texts={texts}
        formats={formats}
      />
    </Card>,
  ];
}

function Marketing(props: ViewProps) {
  const { page, marts, isWhole } = props;
  const { spend_from: spendFrom } = page.source.manifest;
  const choice = choiceOf(page.state.filters, page.model, {
    spendFrom: spendFrom == null ? undefined : dayNumber(spendFrom),
    hasOrders: page.hasOrders,
  });
  const asked = [choice.returns, choice.spend, choice.sessions].map((of) => of && marts[of.mart]);
  const isDrawable = asked.every((mart) => mart !== undefined);
  // These marts come first, and are the same when the others are there: what is drawn of them is not drawn again.
  const top = useMemo(() => (isDrawable ? overTime(page, marts, choice) : []), [page, ...asked]);
  if (!isDrawable) return <Skeleton label={page.texts.loading} />;
  return (
    <InTurn isWhole={isWhole} label={page.texts.loading}>
      {top}
      {isWhole
        ? [
            <Channels key="channels" steps={3} {...props} />,
            <Incremental key="incremental" {...props} />,
            <Budget key="budget" {...props} />,
            <div key="breakdowns" class="columns">
              <Funnel {...props} />
              <Countries {...props} />
              <Devices {...props} />
            </div>,
            <Models key="models" {...props} />,
            <Claims key="claims" {...props} />,
            <Influencers key="influencers" {...props} />,
            <Cohorts key="cohorts" {...props} />,
          ]
        : null}
    </InTurn>
  );
}

export const marketing: View = {
  id: 'marketing',
  title: { en: marketingTexts.en.title, fr: marketingTexts.fr.title },
  needs: [
    'orders_daily',
    'channel_costs_daily',
    'campaign_funnel_daily',
    'channel_returns_daily',
    'returns_daily',
    'roi_by_campaign_daily',
    'ads_daily',
    'roi_by_influencer_daily',
    'cohorts_monthly',
    'roi_incremental',
    'channel_response',
    'response_draws',
  ],
  filters: ['channel', 'campaign', 'country', 'device'],
  hasPeriod: true,
  hasModel: true,
  metrics: metrics.map(({ id }) => id),
  own: ['sort', 'open', 'influencers', 'budget'],
  component: Marketing,
};
