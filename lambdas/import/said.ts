import * as z from 'zod';
import { SaidStates } from './shapes/order-states.ts';
import type { ImportOptions } from './shape.ts';

/** What a person said of how a file is to be read, as it is noted of its import. */
export const saidSchema = z
  .object({
    dates: z.enum(['dmy', 'mdy']),
    account: z.string(),
    currency: z.string(),
    accept_incomplete: z.literal(true),
    states: z.record(z.string(), z.enum(['paid', 'partially_refunded', 'refunded', 'voided', 'pending'])),
    map: z.record(z.string(), z.string()),
  })
  .partial();
export type Said = z.infer<typeof saidSchema>;

/** What is said now. */
export function saidIn(options: ImportOptions & { readonly map?: Said['map'] }): Said {
  const { dates, account, currency, acceptIncomplete, states, map = {} } = options;
  return {
    ...(dates !== undefined && { dates }),
    ...(account !== undefined && { account }),
    ...(currency !== undefined && { currency }),
    ...(acceptIncomplete === true && { accept_incomplete: true }),
    ...(states !== undefined && { states: Object.fromEntries(states.entries()) }),
    ...(Object.keys(map).length > 0 && { map }),
  };
}

/** What was said of a file, and what is said now, which counts before it. */
export const saidInAll = (before: Said | undefined, now: Said): Said => ({
  ...before,
  ...now,
  ...((before?.states ?? now.states) && { states: { ...before?.states, ...now.states } }),
  ...((before?.map ?? now.map) && { map: { ...before?.map, ...now.map } }),
});

/** Whether a file is to be read in another way than it was. */
export const isOtherwise = (before: Said | undefined, all: Said): boolean =>
  Object.entries(all).some(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before?.[saidSchema.keyof().parse(name)]),
  );

/** How a file is read by what was said of it; of states those that are met are noted where they are said now. */
export const readAs = (
  { states: noted, accept_incomplete: acceptIncomplete, dates, account, currency }: Said,
  now: SaidStates | undefined,
): ImportOptions => ({
  dates,
  account,
  currency,
  acceptIncomplete,
  states: now?.after(Object.entries(noted ?? {})) ?? (noted && new SaidStates(Object.entries(noted))),
});
