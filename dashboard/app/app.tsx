import { useEffect, useErrorBoundary, useMemo, useState } from 'preact/hooks';
import { martsWith } from '../data/lookbacks.ts';
import { knownDays } from '../data/published.ts';
import type { DataSource } from '../data/source.ts';
import { daysBefore, daysOf, lastWholeDay } from '../figures/period.ts';
import { formatsOf } from '../language/format.ts';
import { preferredLanguage } from '../language/language.ts';
import { texts } from '../language/texts.ts';
import { DataProblem } from '../data/problem.ts';
import { Controls } from './controls.tsx';
import { Problem } from './problem-page.tsx';
import { Skeleton } from './skeleton.tsx';
import { Shell } from './shell.tsx';
import { filterOptions, nothingOf, setAmong } from './options.ts';
import { filterNames, mendedBy } from './state.ts';
import { useLoaded } from './use-loaded.ts';
import { useNewest } from './use-newest.ts';
import { useStateInUrl } from './use-state-in-url.ts';
import type { Page, View, ViewProps } from './view.ts';
import { views } from './views.ts';

/** A view; where it fails, the rest of the page goes on, and says so. */
function Guarded({ view, ...props }: ViewProps & { readonly view: View }) {
  const error: unknown = useErrorBoundary((thrown: unknown) => console.error(thrown))[0];
  const { component: Component } = view;
  return error === undefined ? <Component {...props} /> : <p class="empty">{props.page.texts.failed}</p>;
}

/**
 * The controls of a view and the view: what is drawn first as soon as its marts are there, the rest when they all are.
 */
function Content({ view, page }: { readonly view: View; readonly page: Page }) {
  const { days, before, source, texts: t } = page;
  const { manifest } = source;
  const asked = { from: Math.min(days.from, before?.from ?? days.from), to: days.to };
  const [attempt, setAttempt] = useState(0);
  // What comes first is by the look-back of the shop's profile alone.
  const isUsual = page.lookback === manifest.shop.lookback_days;
  const first = view.needs.filter((name) => isUsual && manifest.marts[name]?.use === 'first');
  const of = `${view.id} ${asked.from} ${asked.to} ${page.lookback}`;
  const key = `${of} ${manifest.inputs} ${attempt}`;
  const begun = useLoaded(`first ${key}`, () => source.marts(first, asked));
  const whole = useLoaded(key, async () => ({ of, marts: await martsWith(source, page.lookback, view.needs, asked) }));
  const models =
    whole.state === 'ready' && page.state.model
      ? filterOptions(whole.value.marts, page).model.map(({ value }) => value)
      : [];
  const { filters } = page.state;
  const marts = whole.state === 'ready' ? whole.value.marts : undefined;
  const unmet = useMemo(() => (marts && view.filters.length > 0 ? nothingOf(marts, filters) : []), [marts, filters]);
  // A view of another link's filters shows no list of them: nobody would see that they are not followed.
  const ignored = view.hasPeriod
    ? setAmong(
        filterNames.filter((name) => !view.filters.includes(name)),
        filters,
        t.filters,
      )
    : [];
  const mended = mendedBy(page.state, page.known, models, view);
  const { mend } = page;
  useEffect(() => {
    if (mended) mend(mended);
  });
  const body = () => {
    if (whole.state === 'failed')
      return <Problem problem={whole.problem} texts={t} again={() => setAttempt(attempt + 1)} />;
    // Marts of other days would give figures of a part of the period: they are not shown. Those of the same days stay
    // until newer ones are there.
    if (whole.state === 'ready' && whole.value.of === of)
      return <Guarded view={view} page={page} marts={whole.value.marts} isWhole />;
    if (begun.state === 'ready' && begun.isFresh && first.length > 0)
      return <Guarded view={view} page={page} marts={begun.value} isWhole={false} />;
    return <Skeleton label={t.loading} />;
  };
  return (
    <>
      <Controls page={page} view={view} marts={whole.state === 'ready' ? whole.value.marts : {}} />
      {page.wrong.length > 0 ? <p class="note">{t.notThere(page.wrong.join(', '))}</p> : null}
      {unmet.length > 0 ? (
        <p class="note">{t.nothingOf(unmet.map((name) => `${t.filters[name]} “${filters[name] ?? ''}”`))}</p>
      ) : null}
      {ignored.length > 0 ? <p class="note">{t.notFollowed(ignored)}</p> : null}
      {body()}
    </>
  );
}

/** The whole page. @param open opens what is published; called again when a person tries again */
export function App({ open }: { readonly open: () => Promise<DataSource> }) {
  const { state, wrong, go, mend } = useStateInUrl();
  const [attempt, setAttempt] = useState(0);
  const opened = useLoaded(`open ${attempt}`, open);
  const isLiveView = views.some(({ id, followsLive }) => id === state.view && followsLive === true);
  const [source, renew] = useNewest(opened.state === 'ready' ? opened.value : undefined, open, isLiveView);
  const language = state.language ?? preferredLanguage(navigator.languages);
  const formats = useMemo(() => formatsOf(language), [language]);
  const t = texts[language];
  const offered = views.filter(({ isOffered }) => source === undefined || (isOffered?.(source) ?? true));
  const view = offered.find(({ id }) => id === state.view);

  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset['theme'] = state.theme ?? '';
    document.title = view === undefined ? 'Sillage' : `${view.title[language]} · Sillage`;
  }, [language, state.theme, view]);

  const shell = { state, go, texts: t, formats, view, views: offered };
  if (opened.state === 'failed')
    return (
      <Shell {...shell}>
        <Problem problem={opened.problem} texts={t} again={() => setAttempt(attempt + 1)} />
      </Shell>
    );
  if (source === undefined)
    return (
      <Shell {...shell}>
        <Skeleton label={t.loading} />
      </Shell>
    );
  const known = knownDays(source.manifest);
  if (known === undefined)
    return (
      <Shell {...shell}>
        <Problem problem={new DataProblem('unseen', 'manifest.json')} texts={t} again={() => setAttempt(attempt + 1)} />
      </Shell>
    );
  // Days that nobody has seen are no period: the last ones that are known take their place.
  const over = lastWholeDay(source.manifest, new Date());
  const days = daysOf(state.period, known, over) ?? daysOf({ last: 28 }, known, over) ?? known;
  const page: Page = {
    state,
    go,
    mend,
    wrong,
    language,
    texts: t,
    formats,
    source,
    hasOrders: (source.manifest.marts['orders_daily']?.rows ?? 0) > 0,
    known,
    days,
    isUnfinished: days.to > over,
    before: daysBefore(days, state.comparison, known, over),
    model: state.model ?? source.manifest.shop.attribution_model,
    lookback: state.lookback ?? source.manifest.shop.lookback_days,
    renew,
  };
  return (
    <Shell {...shell} page={page}>
      {view === undefined ? <p class="empty">{t.notOffered}</p> : <Content key={view.id} view={view} page={page} />}
    </Shell>
  );
}
