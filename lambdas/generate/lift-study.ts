/** What a platform says of a lift study: it knows whom it would have shown its ads, and which of them have ordered. */
import { coolDownDays, type Counts } from '../shared/shop/experiments.ts';
import { dayOf, isoDay } from './market/calendar.ts';
import type { DayIndex } from './market/calendar.ts';
import type { Market } from './market/market.ts';
import { exposuresBefore, journeyWithout } from './people/journey.ts';
import type { Visit } from './people/journey.ts';
import { orderOf } from './people/order.ts';
import type { Person } from './people/population.ts';
import { scan } from './people/scan.ts';

/** A study while it is counted. */
interface Counting {
  readonly number: number;
  readonly from: DayIndex;
  readonly until: DayIndex;
  readonly meets: (visit: Visit) => boolean;
  readonly shown: { people: number; orders: number };
  readonly withheld: { people: number; orders: number };
}

/** The holdouts by people that are over. */
function countings(market: Market, last: DayIndex): Counting[] {
  return market.holdouts.all.flatMap(({ channel, people, ...days }, number) => {
    const [from, to] = [dayOf(days.from), dayOf(days.to)];
    if (people === undefined || to > last) return [];
    const meets = ({ arrival: { clicked, seen } }: Visit): boolean =>
      [clicked, seen].some(
        (one) => one?.ad !== undefined && one.channel === channel && one.day >= from && one.day <= to,
      );
    const until = Math.min(last, to + coolDownDays);
    return { number, from, until, meets, shown: { people: 0, orders: 0 }, withheld: { people: 0, orders: 0 } };
  });
}

/** Whether a person orders in a day's visit. Platforms are not told of tests; of what is cancelled later they are. */
function orders(market: Market, person: Person, visits: readonly Visit[], day: DayIndex): boolean {
  const visit = visits.at(-1);
  if (visit?.day !== day || visit.outcome !== 'bought') return false;
  const posts = exposuresBefore(visits, visit).flatMap(({ post }) => post ?? []);
  return !orderOf(market, person, visit, posts).test;
}

/**
 * The counts of each holdout by people that is over, by its number, as a platform would report them on a day: who met
 * the channel on its days, or would have, and what they have ordered from then on. Of a group of nobody nothing is
 * reported.
 */
export function studiesOf(market: Market, last: DayIndex): ReadonlyMap<number, Counts> {
  const studies = countings(market, last);
  const [first, end] = [Math.min(...studies.map(({ from }) => from)), Math.max(...studies.map(({ until }) => until))];
  for (let day = first; day <= end; day += 1)
    scan(market, day, { lane: 0, of: 1 }, (person, visits, days) => {
      if (days.at(-1) !== day) return;
      const planned = journeyWithout(market, person, days, undefined);
      const drawn = market.holdouts.concerning(person);
      for (const { number, from, until, meets, shown, withheld } of studies) {
        const met = day < from || day > until ? undefined : planned.find(meets);
        if (met === undefined) continue;
        const group = drawn.includes(number) ? withheld : shown;
        if (met.day === day) group.people += 1;
        if (orders(market, person, visits, day)) group.orders += 1;
      }
    });
  return new Map(
    studies.flatMap(({ number, shown, withheld, until }) =>
      shown.people === 0 || withheld.people === 0 ? [] : [[number, { shown, withheld, until: isoDay(until) }]],
    ),
  );
}
