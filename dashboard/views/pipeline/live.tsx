import type { Page } from '../../app/view.ts';
import { Card } from '../../parts/card.tsx';
import { pipelineTexts } from './texts.ts';
import { useLive, type Happening } from './use-live.ts';

/** What happens in the lake, as it happens, the newest first; an order of the demo shop stands out. */
export function LiveCard({ page, api, onRefreshed }: { page: Page; api: URL; onRefreshed: () => void }) {
  const t = pipelineTexts[page.language];
  const { whole, exactMoney, locale } = page.formats;
  const { state, happenings } = useLive(api, onRefreshed, page.renew);
  const said = (one: Happening) => {
    switch (one.kind) {
      case 'event':
        return (
          <>
            <strong>{one.name}</strong> <span>{one.order === undefined ? one.path : `#${one.order}`}</span>
          </>
        );
      case 'order':
        return <strong>{t.order(one.order, exactMoney(one.value))}</strong>;
      case 'refreshed':
        return t.refreshed(whole(one.events), one.seconds.toLocaleString(locale, { maximumFractionDigits: 1 }));
      case 'published':
        return t.published;
      default:
        return one satisfies never;
    }
  };
  return (
    <Card title={t.live} note={state === 'none' ? t.liveNone : state === 'lost' ? t.liveLost : undefined}>
      {happenings.length === 0 ? (
        state === 'none' ? null : (
          <p class="note">{t.liveWaiting}</p>
        )
      ) : (
        <div class="happenings" role="log" aria-label={t.live} tabIndex={0}>
          <ol>
            {happenings.map((one) => (
              <li key={one.id} class={one.kind}>
                <time dateTime={one.at}>{one.at.slice(11, 19)}</time> {said(one)}
              </li>
            ))}
          </ol>
        </div>
      )}
    </Card>
  );
}
