import * as v from 'valibot';
import {
  manifestSchema,
  manifestVersion,
  type Manifest,
  type PublishedFile,
} from '../../lambdas/publish/manifest-schema.ts';
import { askOverHttp } from './api.ts';
import { dayNumber, monthOf, type Days } from '../../lambdas/shared/day-numbers.ts';
import type { Mart } from './mart.ts';
import { DataProblem } from './problem.ts';
import { apiParts, type ApiPart, type DataSource } from './source.ts';
import type { Order, Reply } from './worker.ts';

/** What reads the files of a mart: the Web Worker. */
export type ReadMart = (order: Omit<Order, 'id'>) => Promise<Mart>;

/** A Web Worker that reads marts, one reply an order. */
export function workerReader(worker: Worker): ReadMart {
  const waiting = new Map<number, (reply: Reply) => void>();
  worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  let orders = 0;
  return async (order) => {
    const id = orders++;
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
      worker.postMessage({ id, ...order } satisfies Order);
    });
    if ('problem' in reply) throw new DataProblem(reply.problem, reply.file);
    return reply.mart;
  };
}

/**
 * The manifest, and where the lake itself may be asked, where its server says so in the header `sillage-api`, and what
 * that tells in `sillage-api-parts`.
 */
async function fetchManifest(url: URL): Promise<{
  manifest: Manifest;
  api: string | undefined;
  tells: ReadonlySet<ApiPart>;
}> {
  const name = 'manifest.json';
  const response = await fetch(url, { cache: 'no-cache' }).catch(() => undefined);
  if (response === undefined) throw new DataProblem('offline', name);
  if (response.status === 404) throw new DataProblem('none', name);
  if (!response.ok) throw new DataProblem('refused', name);
  const content: unknown = await response.json().catch(() => undefined);
  if (typeof content !== 'object' || content === null) throw new DataProblem('damaged', name);
  if (!('version' in content) || content.version !== manifestVersion) throw new DataProblem('version', name);
  const parsed = v.safeParse(manifestSchema, content);
  if (!parsed.success) throw new DataProblem('damaged', name);
  const told = response.headers.get('sillage-api-parts')?.split(' ') ?? [];
  return {
    manifest: parsed.output,
    api: response.headers.get('sillage-api') ?? undefined,
    tells: new Set(apiParts.filter((part) => told.includes(part))),
  };
}

/** Whether a file may have rows of those days; one without a month may have any. */
const isOf = ({ from, to }: Days) => {
  const [first, last] = [monthOf(from), monthOf(to)];
  return ({ month }: PublishedFile) => month === null || (month >= first && month <= last);
};

/**
 * Opens what is published now: whoever waits for the next publication opens it anew.
 * @param base the address of `data/`
 * @throws DataProblem
 */
export async function openPublished(base: URL, read: ReadMart): Promise<DataSource> {
  const { manifest, api: apiPath, tells } = await fetchManifest(new URL('manifest.json', base));
  const api = apiPath === undefined ? undefined : new URL(apiPath, base);
  const known = new Map<string, Promise<Mart>>();

  const martOf = async (name: string, days: Days): Promise<Mart> => {
    const mart = manifest.marts[name];
    // Another release published other marts.
    if (mart === undefined) throw new DataProblem('version', name);
    const files = mart.files.filter(isOf(days));
    const key = [name, ...files.map((file) => file.name)].join(' ');
    const made = known.get(key) ?? read({ base: base.href, files, columns: mart.columns });
    known.set(key, made);
    // What failed may be there the next time.
    made.catch(() => known.delete(key));
    return made;
  };
  return {
    manifest,
    query: api && tells.has('query') ? askOverHttp(api) : undefined,
    api,
    tells,
    async marts(names, days) {
      const found = await Promise.all(names.map(async (name) => [name, await martOf(name, days)] as const));
      return Object.fromEntries(found);
    },
  };
}

/** The days that are known of the shop; undefined for an empty lake. */
export const knownDays = ({ data_from: from, data_to: to }: Manifest): Days | undefined =>
  from === null || to === null ? undefined : { from: dayNumber(from), to: dayNumber(to) };
