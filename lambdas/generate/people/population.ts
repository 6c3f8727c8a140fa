/**
 * Who there is: people by (cohort, index), the cohort being the day of the first visit.
 *
 * Nobody is stored. A cohort's size follows from the volume asked for, less the visits that earlier cohorts are
 * expected to make that day; within it regulars come first, then browsers, then passers-by, so that whoever looks for
 * returning people need not go through those who never return.
 */
import { dayOf, seasonality } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { draw, keyOf } from '../market/dice.ts';
import type { Key } from '../market/dice.ts';
import type { World } from '../market/world.ts';
import type { Ways } from './ways.ts';

/** `client`: a customer brought over from the former platform. */
export type Habit = 'client' | 'regular' | 'browser' | 'passer-by';

export interface Person {
  readonly key: Key;
  readonly habit: Habit;
  readonly cohort: DayIndex;
  /** Position among all people of the world; ids are made of it. */
  readonly ordinal: number;
}

export interface Cohort {
  readonly day: DayIndex;
  readonly regulars: number;
  readonly browsers: number;
  readonly passersBy: number;
  /** The ordinal of the cohort's first person. */
  readonly firstOrdinal: number;
}

interface Returns {
  /** Probability, after each visit, of there being another. */
  readonly again: number;
  /** Probability that it falls on a given day. */
  readonly daily: number;
  readonly horizonDays: number;
}

const regular: Returns = { again: 0.85, daily: 0.045, horizonDays: 730 };
const browser: Returns = { again: 0.45, daily: 0.16, horizonDays: 45 };
export const returns: Readonly<Record<Exclude<Habit, 'passer-by'>, Returns>> = {
  client: regular,
  regular: regular,
  browser: browser,
};

/** Ids leave room for this many visits a person; nobody comes near. */
const maxVisits = 127;

const regularShare = 0.032;
const browserShare = 0.3;
/** Events of an average session, and the share of bots' and repeated ones: measured, and held by a test. */
const eventsPerSession = 6.4;

const populationSalt = 0x70_6f_70;

/** The cohorts of one world, each computed once. */
export class Population {
  readonly world: World;
  readonly opens: DayIndex;
  /** People who only look around come back from cohorts before the opening, which left no events. */
  readonly firstCohort: DayIndex;
  readonly #ways: Ways;
  readonly #cohorts: Cohort[] = [];
  #regularsAbout: number;
  #browsersAbout = 0;

  constructor(world: World, ways: Ways) {
    this.world = world;
    this.#ways = ways;
    this.opens = dayOf(world.opens);
    this.firstCohort = this.opens - browser.horizonDays;
    this.#regularsAbout = world.initialCustomers * regular.again;
  }

  cohort(day: DayIndex): Cohort {
    for (let next = this.firstCohort + this.#cohorts.length; next <= day; next += 1)
      this.#cohorts.push(this.#nextCohort(next));
    const found = this.#cohorts[day - this.firstCohort];
    if (found === undefined) throw new RangeError(`There is no cohort before ${this.firstCohort}: ${day}.`);
    return found;
  }

  client(index: number): Person {
    return {
      key: keyOf(this.world.seed ^ populationSalt, this.opens - 1, -1 - index),
      habit: 'client',
      cohort: this.opens - 1,
      ordinal: index,
    };
  }

  personKey(cohort: DayIndex, index: number): Key {
    return keyOf(this.world.seed ^ populationSalt, cohort, index);
  }

  person(cohort: Cohort, index: number): Person {
    const habit =
      index < cohort.regulars ? 'regular' : index < cohort.regulars + cohort.browsers ? 'browser' : 'passer-by';
    return { key: this.personKey(cohort.day, index), habit, cohort: cohort.day, ordinal: cohort.firstOrdinal + index };
  }

  #nextCohort(day: DayIndex): Cohort {
    const open = day >= this.opens;
    const visits = (this.world.eventsPerDay * seasonality(day)) / eventsPerSession;
    const returning = (open ? this.#regularsAbout * regular.daily : 0) + this.#browsersAbout * browser.daily;
    const people = Math.max(visits - returning, visits * 0.2) * this.#ways.on(day).crowd;
    const rounding = draw(keyOf(this.world.seed, day, 5), 1);
    const regulars = open ? Math.floor(people * regularShare + rounding) : 0;
    const browsers = Math.floor(people * browserShare + rounding);
    const passersBy = Math.max(0, Math.round(people) - regulars - browsers);
    // Expectations: of those about, some come today, and some of these not again.
    if (open)
      this.#regularsAbout += regular.again * regulars - (1 - regular.again) * regular.daily * this.#regularsAbout;
    this.#browsersAbout += browser.again * browsers - (1 - browser.again) * browser.daily * this.#browsersAbout;
    const before = this.#cohorts.at(-1);
    const firstOrdinal =
      before === undefined
        ? this.world.initialCustomers
        : before.firstOrdinal + before.regulars + before.browsers + before.passersBy;
    return { day, regulars, browsers, passersBy, firstOrdinal };
  }
}

/**
 * The days of a person's visits up to `last`, first visit included.
 *
 * @param into receives the days; it is emptied first
 */
export function visitDays(key: Key, habit: Habit, cohort: DayIndex, last: DayIndex, into: DayIndex[]): void {
  into.length = 0;
  into.push(cohort);
  if (habit === 'passer-by') return;
  const { again, daily, horizonDays } = returns[habit];
  const end = Math.min(last, cohort + horizonDays);
  const perDay = Math.log1p(-daily);
  let day = cohort;
  for (let visit = 1; visit <= maxVisits; visit += 1) {
    const unit = draw(key, visit * 16 + 1);
    if (unit >= again) return;
    // The same draw, stretched, decides the gap: a geometric number of days.
    day += 1 + Math.floor(Math.log1p(-unit / again) / perDay);
    if (day > end) return;
    into.push(day);
  }
}
