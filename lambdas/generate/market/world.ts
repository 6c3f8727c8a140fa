import * as z from 'zod';
import type { Lake } from '../../shared/ports/lake.ts';
import { ObjectNotFound } from '../../shared/ports/lake.ts';
import { isoDaySchema } from './calendar.ts';
import { holdoutSchema } from './holdout.ts';
import type { Holdout } from './holdout.ts';
import { marketNames } from './kinds.ts';

/** The parameters of a simulated market: with them, every byte of every day is decided. */
export const worldSchema = z.strictObject({
  /** Another seed, another market. */
  seed: z
    .int('seed must be a whole number')
    .min(0, 'seed must be 0 or more')
    .max(4_294_967_295, 'seed must be below 2^32'),
  /** The market's first day, UTC. */
  opens: isoDaySchema,
  /** Web events a day, on the yearly average: seasonality moves it. */
  eventsPerDay: z
    .int('eventsPerDay must be a whole number')
    .min(100, 'eventsPerDay must be at least 100')
    .max(1_000_000, 'eventsPerDay must be at most 1000000'),
  /** Customers brought over from the shop's former platform on the day before it opens. */
  initialCustomers: z
    .int('initialCustomers must be a whole number')
    .min(0, 'initialCustomers must be 0 or more')
    .max(1_000_000, 'initialCustomers must be at most 1000000'),
  /** 1 plants the dirt of real life, 0 none. */
  dirt: z
    .number()
    .min(0, 'dirt must be between 0 (clean) and 1 (as in real life)')
    .max(1, 'dirt must be between 0 (clean) and 1 (as in real life)'),
  /** What marketing does in it. */
  market: z.enum(marketNames, {
    error: (issue) => `${JSON.stringify(issue.input)} is not a market: choose among ${marketNames.join(', ')}`,
  }),
  /** Share of people who let the shop's tracker know them. */
  consent: z
    .number()
    .min(0, 'consent must be between 0 (nobody) and 1 (everybody)')
    .max(1, 'consent must be between 0 (nobody) and 1 (everybody)'),
  /** Experiments: advertisements that are withheld. */
  holdouts: z.array(holdoutSchema),
});

export type World = z.infer<typeof worldSchema>;

/** What a world is where a request says nothing of it. */
export const worldDefaults: Pick<World, 'market' | 'consent' | 'holdouts'> = {
  market: 'default',
  consent: 0.6,
  holdouts: [],
};

/** What a request may say of the world; the rest is inherited from the lake, or the default. */
export const worldRequestSchema = worldSchema.partial();

export type WorldRequest = z.infer<typeof worldRequestSchema>;

/** A request that cannot be met; the message says what to do. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

export const worldKey = 'truth/world.json';

/** The lake's world, or undefined where none is founded yet. */
export async function worldOf(lake: Lake): Promise<World | undefined> {
  try {
    const found = worldSchema.safeParse(JSON.parse((await lake.get(worldKey)).toString('utf8')));
    if (found.success) return found.data;
    throw new BadRequest(
      `${worldKey} in ${lake.location} is not a world: ${z.prettifyError(found.error)}. Delete the lake's ` +
        'raw/ and truth/ and generate again.',
    );
  } catch (error) {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  }
}

const parameters = ['seed', 'opens', 'eventsPerDay', 'initialCustomers', 'dirt', 'market', 'consent'] as const;

const put = (lake: Lake, world: World): Promise<unknown> =>
  lake.put(worldKey, `${JSON.stringify(world, null, 2)}\n`, { contentType: 'application/json' });

/**
 * @throws BadRequest where two holdouts of a channel share a day, so that nobody could tell their effects apart, or one
 * begins too early
 */
function refuseHoldouts({ holdouts, opens }: World): void {
  const early = holdouts.find(({ from }) => from < opens);
  if (early)
    throw new BadRequest(
      `The holdout of ${early.channel} begins on ${early.from}, and the market opens on ${opens}: begin it ` +
        'then or later.',
    );
  const sorted = holdouts.toSorted((a, b) => (a.channel + a.from < b.channel + b.from ? -1 : 1));
  for (const [at, one] of sorted.entries()) {
    const next = sorted[at + 1];
    if (next?.channel === one.channel && next.from <= one.to)
      throw new BadRequest(
        `Two holdouts of ${one.channel} overlap, ${one.from} to ${one.to} and ${next.from} to ${next.to}: ` +
          'give each days of its own.',
      );
  }
}

/** @throws BadRequest where a holdout is of days that are generated already */
async function refuseWritten(lake: Lake, holdouts: readonly Holdout[]): Promise<void> {
  const first = holdouts.map(({ from }) => from).toSorted()[0] ?? '';
  for await (const key of lake.keys('truth/incremental/')) {
    const day = /dt=(?<day>[\d-]+)\//u.exec(key)?.groups?.['day'];
    if (day !== undefined && day >= first)
      throw new BadRequest(
        `The lake at ${lake.location} has days from ${first} on already, and nothing was held out in them: ` +
          'begin a holdout after its last day, or generate into another lake.',
      );
  }
}

/**
 * The world to generate in: the lake's own, or a new one that opens on the first day asked for.
 *
 * @throws BadRequest when the request contradicts the lake's world, or begins before it opens
 */
export async function foundOrLoad(lake: Lake, asked: WorldRequest, from: string): Promise<World> {
  const founded = await worldOf(lake);
  if (founded === undefined) {
    const world: World = {
      seed: asked.seed ?? 1,
      opens: asked.opens ?? from,
      eventsPerDay: asked.eventsPerDay ?? 5000,
      initialCustomers: asked.initialCustomers ?? 500,
      dirt: asked.dirt ?? 1,
      market: asked.market ?? worldDefaults.market,
      consent: asked.consent ?? worldDefaults.consent,
      holdouts: asked.holdouts ?? [],
    };
    refuseBefore(world, from);
    refuseHoldouts(world);
    await put(lake, world);
    return world;
  }
  for (const name of parameters) {
    const wanted = asked[name];
    if (wanted !== undefined && wanted !== founded[name]) {
      throw new BadRequest(
        `The lake at ${lake.location} holds a world with ${name} ${founded[name]}, and ${wanted} was asked ` +
          `for: leave ${name} out, or generate into another lake.`,
      );
    }
  }
  refuseBefore(founded, from);
  const known = new Set(founded.holdouts.map((one) => JSON.stringify(one)));
  const fresh = (asked.holdouts ?? []).filter((one) => !known.has(JSON.stringify(one)));
  if (fresh.length === 0) return founded;
  const world = { ...founded, holdouts: [...founded.holdouts, ...fresh] };
  refuseHoldouts(world);
  await refuseWritten(lake, fresh);
  await put(lake, world);
  return world;
}

function refuseBefore(world: World, from: string): void {
  if (from < world.opens) {
    throw new BadRequest(
      `The market opens on ${world.opens}, and ${from} was asked for: begin on ${world.opens} or later, or ` +
        `generate into another lake with opens ${from}.`,
    );
  }
}
