import { useEffect, useState } from 'preact/hooks';
import * as v from 'valibot';

const at = v.string();
const kinds = {
  event: v.object({ at, name: v.string(), path: v.string(), order: v.optional(v.string()) }),
  order: v.object({ at, order: v.string(), value: v.number() }),
  refreshed: v.object({ at, events: v.number(), seconds: v.number() }),
  published: v.object({ at }),
};

export type Happening =
  | ({ readonly kind: 'event' } & v.InferOutput<typeof kinds.event>)
  | ({ readonly kind: 'order' } & v.InferOutput<typeof kinds.order>)
  | ({ readonly kind: 'refreshed' } & v.InferOutput<typeof kinds.refreshed>)
  | ({ readonly kind: 'published' } & v.InferOutput<typeof kinds.published>);

export interface Live {
  /** `none`: the server takes nothing live. */
  readonly state: 'waiting' | 'open' | 'lost' | 'none';
  /** Newest first, by the number that the server gave. */
  readonly happenings: readonly (Happening & { readonly id: string })[];
}

/** Happenings that a page keeps. */
const kept = 40;

/** Follows what happens in the lake while the page is looked at. */
export function useLive(api: URL, onRefreshed: () => void, onPublished: () => void): Live {
  const [live, setLive] = useState<Live>({ state: 'waiting', happenings: [] });
  useEffect(() => {
    const source = new EventSource(new URL('live', api));
    const add = (id: string, happening: Happening) =>
      setLive(({ happenings }) => ({
        state: 'open',
        // After a break the server tells the last ones again.
        happenings: [{ ...happening, id }, ...happenings.filter((one) => one.id !== id)].slice(0, kept),
      }));
    const on = <T extends object>(kind: string, shape: v.GenericSchema<T>, tell: (id: string, data: T) => void) =>
      source.addEventListener(kind, ({ data, lastEventId }: MessageEvent<string>) => {
        const parsed = v.safeParse(shape, JSON.parse(data));
        if (parsed.success) tell(lastEventId, parsed.output);
      });
    on('event', kinds.event, (id, data) => add(id, { kind: 'event', ...data }));
    on('order', kinds.order, (id, data) => add(id, { kind: 'order', ...data }));
    on('refreshed', kinds.refreshed, (id, data) => {
      add(id, { kind: 'refreshed', ...data });
      onRefreshed();
    });
    on('published', kinds.published, (id, data) => {
      add(id, { kind: 'published', ...data });
      onPublished();
    });
    source.addEventListener('open', () => setLive((known) => ({ ...known, state: 'open' })));
    source.addEventListener('error', () =>
      setLive((known) => ({ ...known, state: source.readyState === EventSource.CLOSED ? 'none' : 'lost' })),
    );
    return () => source.close();
  }, [api.href]);
  return live;
}
