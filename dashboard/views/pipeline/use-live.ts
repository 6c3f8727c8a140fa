import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';

const at = z.string();
const kinds = {
  event: z.object({ at, name: z.string(), path: z.string(), order: z.optional(z.string()) }),
  order: z.object({ at, order: z.string(), value: z.number() }),
  refreshed: z.object({ at, events: z.number(), seconds: z.number() }),
  published: z.object({ at }),
};

export type Happening =
  | ({ readonly kind: 'event' } & z.infer<typeof kinds.event>)
  | ({ readonly kind: 'order' } & z.infer<typeof kinds.order>)
  | ({ readonly kind: 'refreshed' } & z.infer<typeof kinds.refreshed>)
  | ({ readonly kind: 'published' } & z.infer<typeof kinds.published>);

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
    const on = <T extends object>(kind: string, shape: z.ZodMiniType<T>, tell: (id: string, data: T) => void) =>
      source.addEventListener(kind, ({ data, lastEventId }: MessageEvent<string>) => {
        const parsed = z.safeParse(shape, JSON.parse(data));
        if (parsed.success) tell(lastEventId, parsed.data);
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
