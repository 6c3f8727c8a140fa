import { Bone, Skeleton } from '../../app/problem.tsx';
import type { View, ViewProps } from '../../app/view.ts';
import { annotationsIn } from '../../figures/annotations.ts';
import { choiceOf, computed, totalsOf } from '../../figures/totals.ts';
import { glossary } from '../../language/glossary.ts';
import { modelName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { KpiBand } from '../../parts/kpi-band.tsx';
import { TimePanel } from '../../parts/time-panel.tsx';
import { isoOf } from '../../../lambdas/shared/day-numbers.ts';
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

/** The figure of the tile that is chosen, day by day. */
function OverTime({ page, marts }: ViewProps) {
  const { texts, formats, days, before, state, language, model, go } = page;
  const t = marketingTexts[language];
  const choice = choiceOf(state.filters, model);
  const kpis = kpisOf(page, marts, choice, t);
  const metric = metrics.find(({ id }) => id === state.metric) ?? metrics[0];
  const chosen = kpis.find(({ id }) => id === metric?.id);
  const now = totalsOf(marts, choice, days);
  const past = before && totalsOf(marts, choice, before);
  if (metric === undefined || chosen === undefined) return null;
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
  return (
    <>
      <Sentence page={page} now={now.all} before={past?.all} isAttributed={choice.isAttributed} />
      <KpiBand
        kpis={kpis}
        chosen={chosen.id}
        onChoose={(id) => go({ metric: id === metrics[0]?.id ? undefined : id })}
        label={t.kpis}
        texts={texts}
        formats={formats}
      />
      <Card
        title={title}
        note={choice.isAttributed ? t.attributed(modelName(texts, model)) : undefined}
        tools={<ExportButtons texts={texts} table={table} hasChart />}
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
      </Card>
    </>
  );
}

function Marketing(props: ViewProps) {
  const { page, marts, isWhole } = props;
  const { returns, spend, sessions } = choiceOf(page.state.filters, page.model);
  const isDrawable = [returns, spend, sessions].every((asked) => asked === null || marts[asked.mart] !== undefined);
  if (!isDrawable) return <Skeleton label={page.texts.loading} />;
  return (
    <>
      <OverTime {...props} />
      {isWhole ? (
        <>
          <Channels {...props} />
          <Incremental {...props} />
          <Budget {...props} />
          <div class="columns">
            <Funnel {...props} />
            <Countries {...props} />
            <Devices {...props} />
          </div>
          <Models {...props} />
          <Claims {...props} />
          <Influencers {...props} />
          <Cohorts {...props} />
        </>
      ) : (
        <Bone label={page.texts.loading} />
      )}
    </>
  );
}

export const marketing: View = {
  id: 'marketing',
  title: { en: marketingTexts.en.title, fr: marketingTexts.fr.title },
  needs: [
    'orders_daily',
    'channel_costs_daily',
    'channel_returns_daily',
    'returns_daily',
    'roi_by_campaign_daily',
    'campaign_funnel_daily',
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
  component: Marketing,
};
