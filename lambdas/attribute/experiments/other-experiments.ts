import { addDays, daysBetween, type Day } from '../../shared/days.ts';
import type { Experiment } from '../../shared/shop/experiments.ts';
import { stretchBefore } from './pause.ts';
import { coolDownDays, mostWeeksBefore } from './reading.ts';

/** What other experiments leave of the days and areas of one. */
export interface Beside {
  /** The last day after it that counts. */
  readonly until: Day;
  /** Days before it on which something else was withheld, or was still missing, in its own areas. */
  readonly without: ReadonlySet<Day>;
  /** Areas that are no controls, since something was withheld there. */
  readonly noControls: readonly string[];
  /** Experiments from which it cannot be told apart. */
  readonly confused: readonly string[];
}

interface Days {
  readonly from: Day;
  readonly to: Day;
}
const meet = (a: Days, b: Days) => a.from <= b.to && b.from <= a.to;
const daysOf = ({ from, to }: Days): Day[] =>
  Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, n) => addDays(from, n));
const areasOf = ({ held_out: where }: Experiment) => ('regions' in where ? where.regions : undefined);

/** What is missing while an experiment lasts, and after it. */
const felt = ({ from, to }: Experiment): Days => ({ from, to: addDays(to, coolDownDays) });

/** A pause everywhere is held against the days just before it: nothing else may have been withheld on either. */
function besidePause(one: Experiment, others: readonly Experiment[]): Beside {
  const length = daysBetween(one.from, one.to) + 1;
  const { from } = stretchBefore({ from: 0, to: length });
  const read = { from: addDays(one.from, from), to: one.to };
  const confused = others.filter((other) => meet(felt(other), read)).map(({ id }) => id);
  return { until: one.to, without: new Set(), noControls: [], confused };
}

/**
 * What the other experiments of a log leave of one: it cannot be told from one in the same areas at the same time; what
 * was withheld there before takes days from those that it is held against; and areas of others are no controls.
 * @param lastDay the last day of the lake's orders
 */
export function beside(one: Experiment, log: readonly Experiment[], lastDay: Day): Beside {
  const others = log.filter(({ id }) => id !== one.id);
  const areas = areasOf(one);
  if (areas === undefined) return besidePause(one, others);
  const isOwn = (area: string) => areas.includes(area);
  const latest = addDays(one.to, coolDownDays);
  let until = latest < lastDay ? latest : lastDay;
  const without = new Set<Day>();
  const confused: string[] = [];
  const noControls = new Set<string>();
  for (const other of others) {
    const its = areasOf(other);
    if (its === undefined) {
      // All areas lack another channel alike; of the same one there is no area that has it.
      if (other.channel === one.channel && meet(other, one)) confused.push(other.id);
      continue;
    }
    if (its.some(isOwn)) {
      if (meet(other, one)) confused.push(other.id);
      else if (other.from > one.to && other.from <= until) until = addDays(other.from, -1);
      else for (const day of daysOf(felt(other))) if (day < one.from) without.add(day);
    }
    if (meet(felt(other), { from: addDays(one.from, -7 * mostWeeksBefore), to: until }))
      for (const area of its) if (!isOwn(area)) noControls.add(area);
  }
  return { until, without, noControls: [...noControls], confused };
}
