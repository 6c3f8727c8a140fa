/** Finds the people whom a day concerns: who visits, and whose orders, late events or advertising reports come in. */
import type { DayIndex } from '../market/calendar.ts';
import { dayMs } from '../market/calendar.ts';
import { draw } from '../market/dice.ts';
import type { Key } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { salt, visitSalt } from '../market/salts.ts';
import { ceiling, journey } from './journey.ts';
import type { Visit } from './journey.ts';
import { orderLifeDays } from './order.ts';
import type { Habit, Person } from './population.ts';
import { returns, visitDays } from './population.ts';

/** One of the equal parts into which a world's people are dealt, so that a day can be worked on in parallel. */
export interface Lane {
  readonly lane: number;
  readonly of: number;
}

/** How far back a visit may matter: a late event arrives up to 30 days after it, an order changes for 26. */
export const lookBackDays = 31;
/** Advertising reports are pulled on their day and again so many days later. */
export const pulledAfterDays = [0, 1, 3] as const;

const lateShare = 0.021;

/** How long a visit's events wait on the device before they are sent, ms: 0 for most, hours to days for some. */
export function latenessOf(market: Market, key: Key, visit: number): number {
  const unit = draw(key, visitSalt(salt.late, visit)) / (lateShare * market.world.dirt);
  if (!(unit < 1)) return 0;
  // Nine in ten within three days, the others within thirty.
  if (unit < 0.9) return 3_600_000 + Math.floor((unit / 0.9) * (3 * dayMs - 7_200_000));
  return 3 * dayMs + Math.floor((unit - 0.9) * 10 * 26.5 * dayMs);
}

function concerns(market: Market, key: Key, habit: Habit, visit: number, visited: DayIndex, day: DayIndex): boolean {
  const age = day - visited;
  if (age < 0 || age > lookBackDays || visited < market.population.opens) return false;
  // Yesterday's visits may run past midnight, and are reported again by the advertising platforms.
  if (age <= 1 || age === 3) return true;
  if (age <= orderLifeDays && draw(key, visitSalt(salt.buys, visit)) < ceiling[habit]) return true;
  const late = latenessOf(market, key, visit);
  return late > 0 && (late + dayMs + 7_200_000) / dayMs >= age && late / dayMs <= age + 1;
}

/**
 * Calls `found` for each person of the lane whom the day concerns, with the visits so far and the days on which there
 * might be some; always in the same order.
 */
export function scan(
  market: Market,
  day: DayIndex,
  { lane, of }: Lane,
  found: (person: Person, visits: readonly Visit[], days: readonly DayIndex[]) => void,
): void {
  const { population, world } = market;
  const days: DayIndex[] = [];
  const look = (key: Key, habit: Habit, cohort: DayIndex, person: () => Person): void => {
    visitDays(key, habit, cohort, day, days);
    for (let visit = days.length - 1; visit >= 0; visit -= 1) {
      const visited = days[visit] ?? day;
      if (visited < day - lookBackDays) return;
      if (concerns(market, key, habit, visit, visited, day)) {
        const who = person();
        found(who, journey(market, who, days), days);
        return;
      }
    }
  };

  if (day <= population.opens + returns.client.horizonDays + lookBackDays) {
    for (let index = lane; index < world.initialCustomers; index += of) {
      const person = population.client(index);
      look(person.key, 'client', person.cohort, () => person);
    }
  }
  const oldest = Math.max(population.firstCohort, day - returns.regular.horizonDays - lookBackDays);
  for (let cohortDay = oldest; cohortDay <= day; cohortDay += 1) {
    const cohort = population.cohort(cohortDay);
    const age = day - cohortDay;
    const returning = cohort.regulars + (age <= returns.browser.horizonDays + lookBackDays ? cohort.browsers : 0);
    const people =
      age <= lookBackDays && cohortDay >= population.opens
        ? cohort.regulars + cohort.browsers + cohort.passersBy
        : returning;
    for (let index = lane; index < people; index += of) {
      const habit =
        index < cohort.regulars ? 'regular' : index < cohort.regulars + cohort.browsers ? 'browser' : 'passer-by';
      look(population.personKey(cohortDay, index), habit, cohortDay, () => population.person(cohort, index));
    }
  }
}
