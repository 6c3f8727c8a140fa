import { useState } from 'preact/hooks';
import { Skeleton } from '../../app/skeleton.tsx';
import { useLoaded } from '../../app/use-loaded.ts';
import type { Page, ViewProps } from '../../app/view.ts';
import { Card } from '../../parts/card.tsx';
import { LiveCard } from './live.tsx';
import { fetchReport } from './report.ts';
import { Checks, Rejects, Runs, Sources } from './tables.tsx';
import { pipelineTexts } from './texts.ts';

function Local({ page, api }: { readonly page: Page; readonly api: URL }) {
  const t = pipelineTexts[page.language];
  const [turn, setTurn] = useState(0);
  // A failure is a value here: its words are the server's own, and the live events go on beside it.
  const loaded = useLoaded(`pipeline ${turn}`, () =>
    fetchReport(api).catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) })),
  );
  const live = <LiveCard page={page} api={api} onRefreshed={() => setTurn((before) => before + 1)} />;
  if (loaded.state !== 'ready') return <Skeleton label={page.texts.loading} />;
  const report = loaded.value;
  if ('error' in report)
    return (
      <>
        <section class="problem" role="alert">
          <h1>{t.failed}</h1>
          <p>{report.error}</p>
          <button type="button" onClick={() => setTurn(turn + 1)}>
            {page.texts.again}
          </button>
        </section>
        {live}
      </>
    );
  return (
    <>
      <h1 class="hidden">{t.title}</h1>
      <div class="columns pipeline-top">
        {live}
        <Checks page={page} report={report} />
      </div>
      <Sources page={page} report={report} />
      <Runs page={page} report={report} />
      <Rejects page={page} report={report} />
    </>
  );
}

/** The state of the pipeline where a server tells it; else where to look. */
export function Pipeline({ page }: ViewProps) {
  const { api, tells } = page.source;
  if (api !== undefined && tells.has('pipeline')) return <Local page={page} api={api} />;
  const t = pipelineTexts[page.language];
  return (
    <Card title={t.title}>
      <h1 class="hidden">{t.title}</h1>
      <p>{t.onAws}</p>
    </Card>
  );
}
