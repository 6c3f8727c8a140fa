import * as z from 'zod';
import { thingsOf, type Cells } from './snowplow-things.ts';

const iab = z.object({ spiderOrRobot: z.literal(true) });
const yauaa = z.object({ agentClass: z.string().regex(/^(?:robot|hacker)/i) });

/** Whether one of the enrichments of Snowplow that know robots (IAB's list, YAUAA) says that an event is of one. */
export const isRobot = (record: Cells): boolean =>
  thingsOf(record, 'com.iab.snowplow', 'spiders_and_robots', 'derived_contexts').some(
    (one) => iab.safeParse(one).success,
  ) || thingsOf(record, 'nl.basjes', 'yauaa_context', 'derived_contexts').some((one) => yauaa.safeParse(one).success);
