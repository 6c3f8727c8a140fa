import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { ask, eventsIn, jsonOf, post, sentEvent, spoiltEvents, uuid } from './samples.ts';
import type { Act } from './scripted-stream.ts';

const Answer = z.object({
  accepted: z.number(),
  refused: z.array(
    z.object({ index: z.number(), event_id: z.string().nullable(), reasons: z.array(z.string()).min(1) }),
  ),
});

const good: fc.Arbitrary<{ id: string | undefined; event: unknown }> = fc
  .nat(1e6)
  .map((n) => ({ id: uuid(n), event: sentEvent(n) }));
const spoilt = fc
  .constantFrom(...spoiltEvents.filter(({ name }) => name !== 'an event as large as a book'))
  .map(({ event }) => ({ id: undefined, event }));
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ fails: fc.array(fc.boolean(), { maxLength: 7 }) }),
  fc.record({ throws: fc.constantFrom('before' as const, 'after' as const) }),
);

const idOf = ({ event_id }: { readonly event_id: string }) => event_id;

/** Whether an act leaves an entry to be put again. */
const fails = (did: Act | undefined, index: number) =>
  did !== undefined && ('throws' in did || did.fails[index % did.fails.length] === true);

test('whatever the events and the stream: acknowledged is stored, refused is not, and the counts add up', async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(good, spoilt), { minLength: 1, maxLength: 30 }),
      fc.array(act, { maxLength: 6 }),
      async (given, acts) => {
        const { response, stream } = await ask(post(given.map(({ event }) => event)), acts);
        statuses.add(response.status);
        const goodIds = given.flatMap(({ id }) => id ?? []);
        const stored = eventsIn(stream.stored).map(idOf);
        expect(stored.filter((id) => !goodIds.includes(id))).toEqual([]);
        for (const [n, entries] of stream.puts.entries()) {
          const expected =
            n === 0
              ? goodIds
              : eventsIn((stream.puts[n - 1] ?? []).filter((_, index) => fails(acts[n - 1], index))).map(idOf);
          // A visitor's events go together, so those of a request may change places with those of others.
          expect(eventsIn(entries).map(idOf).sort()).toEqual(expected.toSorted());
        }
        if (response.status === 503) return;
        expect(response.status).toBe(goodIds.length === 0 ? 400 : 200);
        const { accepted, refused } = Answer.parse(jsonOf(response));
        expect(accepted).toBe(goodIds.length);
        expect(refused.map(({ index }) => index)).toEqual(
          given.flatMap(({ id }, index) => (id === undefined ? [index] : [])),
        );
        expect(new Set(stored)).toEqual(new Set(goodIds));
      },
    ),
    { numRuns: 400 },
  );
  expect(statuses).toEqual(new Set([200, 400, 503]));
});
