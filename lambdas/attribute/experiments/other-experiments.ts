import { addDays, daysBetween, type Day } from '../../shared/days.ts';
import { coolDownDays, regionsOf, type Experiment } from '../../shared/shop/experiments.ts';
import { stretchBefore } from './pause.ts';
import { mostWeeksBefore } from './reading.ts';

/** What other experiments leave of the days and areas of one. */
export interface Beside {
  /** The areas that it alone held out; undefined for a pause everywhere. */
  readonly areas: readonly string[] | undefined;
  /** The last day after it that counts. */
  readonly until: Day;
  /** Days before it on which something else was withheld, or was still missing, in its own areas. */
  readonly without: ReadonlySet<Day>;
  /** Areas that are neither held out nor controls, since something else was withheld there. */
  readonly apart: readonly string[];
  /** Experiments that withheld something in its areas on the same days. */
  readonly meanwhile: readonly Experiment[];
  /** Experiments that withheld something in its areas before. */
  readonly before: readonly Experiment[];
  /** Experiments that end the days after it that count, since they begin within them. */
  readonly after: readonly Experiment[];
}

interface Days {
  readonly from: Day;
  readonly to: Day;
}
const meet = (a: Days, b: Days) => a.from <= b.to && b.from <= a.to;
const daysOf = ({ from, to }: Days): Day[] =>
  Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, n) => addDays(from, n));

/** What is missing while an experiment lasts, and after it. */
const felt = ({ from, to }: Experiment): Days => ({ from, to: addDays(to, coolDownDays) });

/** A pause everywhere is held against the days just before it: nothing else may have been withheld on either. */
function besidePause(one: Experiment, others: readonly Experiment[]): Beside {
  const length = daysBetween(one.from, one.to) + 1;
  const { from } = stretchBefore({ from: 0, to: length });
  const read = { from: addDays(one.from, from), to: one.to };
  const meanwhile = others.filter((other) => meet(felt(other), read));
  return { areas: undefined, until: one.to, without: new Set(), apart: [], meanwhile, before: [], after: [] };
}

/**
 * What the other experiments of a log leave of one. In areas in which another withheld something on the same days the two
 * cannot be told apart; what was withheld in its areas before takes days from those that it is held against; and areas of
 * others are no controls. All areas lack alike what another channel lacks everywhere.
 * @param lastDay the last day of the lake's orders
 */
export function beside(one: Experiment, log: readonly Experiment[], lastDay: Day): Beside {
  const others = log.filter(({ id }) => id !== one.id);
  const own = regionsOf(one);
  if (own === undefined) return besidePause(one, others);
  const has = (other: Experiment, area: string) =>
    regionsOf(other)?.includes(area) ?? (other.channel === one.channel && meet(other, one));
  const meanwhile = others.filter((other) => meet(other, one) && own.some((area) => has(other, area)));
  const areas = own.filter((area) => !meanwhile.some((other) => has(other, area)));
  const inThem = others.filter((other) => !meet(other, one) && areas.some((area) => has(other, area)));
  const before = inThem.filter(({ to }) => to < one.from);
  // What it withheld itself and another withholds everywhere is missing in the controls, too.
  const isEverywhere = (other: Experiment) => regionsOf(other) === undefined && other.channel === one.channel;
  const whole = [addDays(one.to, coolDownDays), lastDay].toSorted()[0] ?? one.to;
  const later = [...inThem, ...others.filter(isEverywhere)].filter(({ from }) => from > one.to && from <= whole);
  const until = [whole, ...later.map(({ from }) => addDays(from, -1))].toSorted()[0] ?? one.to;
  const counted = { from: addDays(one.from, -7 * mostWeeksBefore), to: until };
  const near = others.filter((other) => meet(felt(other), counted));
  return {
    areas,
    until,
    without: new Set(before.flatMap((other) => daysOf(felt(other)).filter((day) => day < one.from))),
    apart: [...new Set([...own, ...near.flatMap((other) => regionsOf(other) ?? [])])].filter(
      (area) => !areas.includes(area),
    ),
    meanwhile,
    before: before.filter((other) => near.includes(other)),
    after: later.filter(({ from }) => addDays(from, -1) === until),
  };
}
