/** Generates days of the simulated market into a lake: every source's raw objects, and the truth about them. */
import * as z from 'zod';
import type { Lake } from '../shared/ports/lake.ts';
import { logExperiments } from './experiments.ts';
import { finishDay } from './finish-day.ts';
import { dayOf, isoDay, isoDaySchema } from './market/calendar.ts';
import { curvesDocument, truthDays } from './market/curves.ts';
import { marketOf } from './market/market.ts';
import { liftsDocument } from './market/truth.ts';
import { BadRequest, foundOrLoad, worldRequestSchema } from './market/world.ts';
import type { World } from './market/world.ts';
import { writeProfile } from './profile.ts';
import { allSources, lanesOf, renderLane } from './render-lane.ts';
import type { LanePart, LaneRequest, RawObject } from './render-lane.ts';

export { BadRequest } from './market/world.ts';
export type { World } from './market/world.ts';
export { allSources } from './render-lane.ts';
export type { LanePart, LaneRequest, Source } from './render-lane.ts';

/** The latest day that a market may reach: ids and dates are laid out for less. */
const lastDay = '2099-12-31';

const generateRequestSchema = z
  .strictObject({
    /** Which sources to write; truth is always written, exchange rates with any source but web alone. */
    sources: z
      .array(
        z.enum(allSources, {
          error: (issue) => `${JSON.stringify(issue.input)} is not a source: choose among ${allSources.join(', ')}`,
        }),
      )
      .min(1, 'name at least one source')
      .default([...allSources]),
    from: isoDaySchema,
    to: isoDaySchema,
    ...worldRequestSchema.shape,
  })
  .refine(({ from, to }) => from <= to, { error: 'from must not be after to', path: ['from'] })
  .refine(({ to }) => to <= lastDay, { error: `to must not be after ${lastDay}`, path: ['to'] });

export type GenerateRequest = z.input<typeof generateRequestSchema>;

/** Reads a request from outside. @throws BadRequest that lists what is wrong */
export function parseGenerateRequest(input: unknown): z.output<typeof generateRequestSchema> {
  const parsed = generateRequestSchema.safeParse(input);
  if (!parsed.success)
    throw new BadRequest(
      parsed.error.issues
        .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
        .join('; '),
    );
  return parsed.data;
}

/** The days from `from` to `to`, both included, as YYYY-MM-DD. */
export function planDays(from: string, to: string): string[] {
  return Array.from({ length: dayOf(to) - dayOf(from) + 1 }, (_, n) => isoDay(dayOf(from) + n));
}

export interface FeedSummary {
  objects: number;
  records: number;
  /** As stored. */
  bytes: number;
}

export interface GenerateSummary {
  readonly world: World;
  readonly days: number;
  /** By feed: `web/events`, `crm/orders` … and `truth`. */
  readonly feeds: Record<string, FeedSummary>;
  /** Experiments that are not written into the lake's log, since a person has edited it. */
  readonly unlogged: readonly object[];
}

export interface Progress {
  /** The day that was finished. */
  readonly day: string;
  readonly done: number;
  readonly days: number;
  readonly records: number;
}

export interface GenerateOptions {
  /** Renders one lane of one day; in this process by default. */
  readonly renderLane?: (request: LaneRequest) => Promise<LanePart>;
  /** How many lanes are rendered at once: bounds the memory. */
  readonly inFlight?: number;
  readonly onProgress?: (progress: Progress) => void;
}

const contentTypes: Readonly<Record<string, string>> = {
  gz: 'application/gzip',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
};

async function putObject(
  lake: Lake,
  { key, body, rows, singleDay }: RawObject,
  feeds: Record<string, FeedSummary>,
): Promise<void> {
  const contentType = contentTypes[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  await lake.put(key, body, {
    contentType,
    metadata: { rows: String(rows), producer: 'generate', ...(singleDay && { 'single-day': 'true' }) },
  });
  const [zone = '', source, name] = key.split('/');
  const feed = (feeds[zone === 'raw' ? `${source}/${name}` : zone] ??= { objects: 0, records: 0, bytes: 0 });
  feed.objects += 1;
  feed.records += rows;
  feed.bytes += body.byteLength;
}

/**
 * Founds the lake's world, or goes on in it, and writes the days asked for.
 *
 * The same world and day always give the same bytes, whatever was generated before, in whatever order and by however
 * many.
 *
 * @throws BadRequest when the request is not possible in this lake; the message says what to do
 */
export async function generate(
  lake: Lake,
  request: GenerateRequest,
  options: GenerateOptions = {},
): Promise<GenerateSummary> {
  const { sources, from, to, ...asked } = parseGenerateRequest(request);
  const world = await foundOrLoad(lake, asked, from);
  const market = marketOf(world);
  const lanes = lanesOf(world);
  const days = planDays(from, to);
  const feeds: Record<string, FeedSummary> = {};
  const rendered = new Map<string, LanePart[]>();
  let done = 0;

  await writeProfile(lake);
  await lake.put('truth/lifts.json', liftsDocument(market), { contentType: 'application/json' });

  const finish = async (day: string, part: LanePart): Promise<void> => {
    for (const object of part.objects) await putObject(lake, object, feeds);
    const parts = rendered.get(day) ?? [];
    // The lane's own objects are in the lake: they need not be kept until the day's last lane.
    parts.push({ ...part, objects: [] });
    rendered.set(day, parts);
    if (parts.length < lanes) return;
    rendered.delete(day);
    for (const object of await finishDay(market, sources, dayOf(day), parts)) await putObject(lake, object, feeds);
    done += 1;
    options.onProgress?.({
      day,
      done,
      days: days.length,
      records: Object.values(feeds).reduce((sum, { records }) => sum + records, 0),
    });
  };

  const tasks = days.flatMap((day) => Array.from({ length: lanes }, (_, lane) => ({ day, lane })))[Symbol.iterator]();
  const render = options.renderLane ?? renderLane;
  // The iterator is shared: each of these takes the next lane when it has put its last one, and none does after a
  // failure.
  let failed = false;
  const work = async (): Promise<void> => {
    for (const { day, lane } of tasks) {
      if (failed) return;
      try {
        await finish(day, await render({ world, sources, day, lane }));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: options.inFlight ?? 2 }, work));
  const truth = await truthDays(lake);
  await lake.put('truth/curves.json', curvesDocument(market, truth), { contentType: 'application/json' });
  const unlogged = await logExperiments(lake, market, truth.at(-1)?.day ?? to);
  return { world, days: days.length, feeds, unlogged };
}
