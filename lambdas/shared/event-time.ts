const dayMs = 86_400_000;

/** Further before its reception than this, an event's own time is not believed. */
export const oldestDays = 35;
/** Further after its reception than this, an event's own time is not believed: its clock is wrong. */
export const aheadDays = 1;

/** What is wrong with the time, ms, of an event that was received at another, as the rejects call it. */
export function eventTimeFault(time: number, received: number): 'too_old' | 'future' | undefined {
  if (time < received - oldestDays * dayMs) return 'too_old';
  return time > received + aheadDays * dayMs ? 'future' : undefined;
}

/** The same for SQL: macros of the SELECTs of the transform. */
export const eventTimeMacros = `CREATE OR REPLACE TEMP MACRO is_too_old(moment, received) AS moment < received - INTERVAL ${oldestDays} DAY;
CREATE OR REPLACE TEMP MACRO is_ahead(moment, received) AS moment > received + INTERVAL ${aheadDays} DAY;
`;
