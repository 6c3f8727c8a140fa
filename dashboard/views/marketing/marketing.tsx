import type { View, ViewProps } from '../../app/view.ts';
import { choiceOf, computed, totalsOf } from '../../figures/totals.ts';
import { glossary } from '../../language/glossary.ts';
import { modelName } from '../../language/names.ts';
import { Card } from '../../parts/card.tsx';
import { KpiBand } from '../../parts/kpi-band.tsx';
import { TimePanel } from '../../parts/time-panel.tsx';
import { kpisOf, metrics } from './metrics.ts';
import { marketingTexts } from './texts.ts';

function Marketing({ page, marts }: ViewProps) {
  const { texts, formats, days, before, state, language, model, go } = page;
  const t = marketingTexts[language];
  const choice = choiceOf(state.filters, model);
  const kpis = kpisOf(page, marts, choice, t);
  const metric = metrics.find(({ id }) => id === state.metric) ?? metrics[0];
  const chosen = kpis.find(({ id }) => id === metric?.id);
  const daily = totalsOf(marts, choice, days).daily;
  const past = before && totalsOf(marts, choice, before).daily;
  return (
    <>
      <KpiBand
        kpis={kpis}
        chosen={chosen?.id ?? ''}
        onChoose={(id) => go({ metric: id === metrics[0]?.id ? undefined : id })}
        label={t.kpis}
        texts={texts}
        formats={formats}
      />
      {chosen && metric ? (
        <Card
          title={t.perDay(chosen.label)}
          note={choice.isAttributed ? t.attributed(modelName(texts, model)) : undefined}
        >
          <TimePanel
            title={t.perDay(chosen.label)}
            days={days}
            beforeDays={before}
            kind={metric.kind}
            values={chosen.daily}
            before={past?.map(computed[metric.id])}
            spend={choice.spend === null || metric.id === 'spend' ? undefined : daily.map(({ spend }) => spend)}
            labels={{ now: chosen.label, before: t.before, spend: glossary[language].spend.name }}
            texts={texts}
            formats={formats}
          />
        </Card>
      ) : null}
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
    'funnel_daily',
  ],
  filters: ['channel', 'campaign', 'country', 'device'],
  hasPeriod: true,
  hasModel: true,
  component: Marketing,
};
