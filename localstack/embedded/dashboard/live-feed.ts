import { PassThrough } from 'node:stream';
import { visibleJson } from '../../../lambdas/shared/visible.ts';
import { jsonAnswer, type LocalAnswer } from '../http/local-server.ts';

/** An event of a shop's page as it is shown: what happened where, and to nobody. */
export interface SeenEvent {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  /** Of the page, without query. */
  readonly path: string;
  /** Of a purchase. */
  readonly order?: string;
}

/** What happens in a lake that takes events. */
export type Happening =
  | ({ readonly kind: 'event' } & SeenEvent)
  /** An order that was placed in the demo shop; `value`: EUR. */
  | { readonly kind: 'order'; readonly at: string; readonly order: string; readonly value: number }
  /** The lake was brought up to date, which took so many seconds; tables and views have the events now. */
  | { readonly kind: 'refreshed'; readonly at: string; readonly events: number; readonly seconds: number }
  /** There is a new manifest: the dashboard's figures are new. */
  | { readonly kind: 'published'; readonly at: string };

export interface LiveFeed {
  tell(happening: Happening): void;
  /** A stream of server-sent events, from the last few that happened on, until the signal is given. */
  follow(signal: AbortSignal): LocalAnswer;
}

/** What somebody who comes now still hears of. */
const remembered = 50;
/** Streams at the same time: a browser keeps six to one server. */
const followersAtMost = 24;
/** Proxies and sockets take a stream that says nothing for dead, ms. */
const beatMs = 15_000;
/** Who has so many bytes to read is too slow, and may come again. */
const behindAtMost = 262_144;
/** What a browser waits before it comes again, ms. */
const againMs = 2000;

/**
 * Keeps who follows up to date. A follower who reads too slowly is let go, so that nobody else waits and nothing piles
 * up.
 */
export function liveFeed(): LiveFeed {
  const last: { readonly id: number; readonly text: string }[] = [];
  const followers = new Set<PassThrough>();
  let count = 0;

  const send = (follower: PassThrough, text: string) => {
    if (follower.writableLength > behindAtMost) follower.destroy();
    else follower.write(text);
  };

  return {
    tell({ kind, ...what }) {
      const id = ++count;
      const text = `id: ${id}\nevent: ${kind}\ndata: ${visibleJson(what)}\n\n`;
      last.push({ id, text });
      if (last.length > remembered) last.shift();
      for (const follower of followers) send(follower, text);
    },
    follow(signal) {
      if (followers.size >= followersAtMost)
        return jsonAnswer({ error: `${followers.size} pages follow already: close some of them.` }, 503);
      const stream = new PassThrough({ highWaterMark: 2 * behindAtMost });
      followers.add(stream);
      const beat = setInterval(() => send(stream, ': still here\n\n'), beatMs);
      beat.unref();
      const end = () => {
        followers.delete(stream);
        clearInterval(beat);
        signal.removeEventListener('abort', close);
      };
      const close = () => stream.end();
      stream.once('close', end).once('error', end);
      signal.addEventListener('abort', close, { once: true });
      if (signal.aborted) close();
      else stream.write(`retry: ${againMs}\n\n${last.map(({ text }) => text).join('')}`);
      return {
        status: 200,
        headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
        body: stream,
      };
    },
  };
}
