import { useEffect, useState } from 'preact/hooks';
import type { DataSource } from '../data/source.ts';

/** Publications that are told at once, as after a break of the connection, are one, ms. */
const atOnceMs = 300;

/**
 * What is published now: where the server tells of new publications, what it has told of last is opened in place of
 * what a page began with. It listens while the page is looked at: a browser has few connections to one server. What
 * cannot be opened changes nothing.
 * @param isTold whether somebody else on the page hears the server, and calls what is returned
 * @returns the newest source, and what opens a newer one
 */
export function useNewest(
  opened: DataSource | undefined,
  open: () => Promise<DataSource>,
  isTold: boolean,
): readonly [DataSource | undefined, () => void] {
  const [newer, setNewer] = useState<DataSource>();
  const source = newer ?? opened;
  const renew = () => {
    open().then(
      (next) => setNewer((known) => ((known ?? opened)?.manifest.inputs === next.manifest.inputs ? known : next)),
      () => undefined,
    );
  };
  const api = opened?.tells.has('live') === true ? opened.api?.href : undefined;
  useEffect(() => {
    if (api === undefined || isTold) return;
    let events: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = () => {
      events?.close();
      if (document.visibilityState === 'hidden') return;
      events = new EventSource(new URL('live', api));
      events.addEventListener('published', () => {
        clearTimeout(timer);
        timer = setTimeout(renew, atOnceMs);
      });
    };
    listen();
    document.addEventListener('visibilitychange', listen);
    return () => {
      document.removeEventListener('visibilitychange', listen);
      clearTimeout(timer);
      events?.close();
    };
  }, [api, isTold]);
  return [source, renew];
}
