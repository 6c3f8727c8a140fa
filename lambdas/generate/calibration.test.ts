import { beforeAll, describe, expect, test } from '@jest/globals';
import { blackFriday, dayOf, isoDay, isTargetDay, mothersDay, parisSeconds, seasonality } from './market/calendar.ts';
import { allProducts } from './market/catalogue.ts';
import { marketOf } from './market/market.ts';
import { worldDefaults } from './market/world.ts';
import { exposuresBefore, journey } from './people/journey.ts';
import type { Visit } from './people/journey.ts';
import { orderOf } from './people/order.ts';
import type { Order } from './people/order.ts';
import { visitDays } from './people/population.ts';
import { scan } from './people/scan.ts';
import { fxRate } from './reference/fx.ts';
import { generated, webEvents } from './generated.ts';

const market = marketOf({
  seed: 7,
  opens: '2025-09-01',
  eventsPerDay: 16_000,
  initialCustomers: 1600,
  dirt: 1,
  ...worldDefaults,
});

const bought = ({ outcome }: Visit): boolean => outcome === 'bought';
const bounced = (of: { pages: number }[]): number => of.filter(({ pages }) => pages === 1).length / of.length;

const share = (of: readonly Visit[], holds: (visit: Visit) => boolean): number => of.filter(holds).length / of.length;

/** How many points a share is off a percentage. */
function off(found: number, percent: number): number {
  return Math.abs(found * 100 - percent);
}

describe('the market is like the one in the domain’s figures', () => {
  const visits: Visit[] = [];
  const orders: Order[] = [];
  beforeAll(() => {
    for (let day = market.population.opens; day < market.population.opens + 21; day += 1) {
      scan(market, day, { lane: 0, of: 1 }, (person, journeyed) => {
        const visit = journeyed.at(-1);
        if (visit === undefined || visit.day !== day) return;
        visits.push(visit);
        if (visit.outcome === 'bought')
          orders.push(
            orderOf(
              market,
              person,
              visit,
              exposuresBefore(journeyed, visit).flatMap(({ post }) => post ?? []),
            ),
          );
      });
    }
  });

  test('conversion: about 2.4 % of sessions, 1.9 on mobiles, 3.6 on desktops', () => {
    expect(off(share(visits, bought), 2.4)).toBeLessThan(0.25);
    expect(
      off(
        share(
          visits.filter(({ device }) => device === 'mobile'),
          bought,
        ),
        1.9,
      ),
    ).toBeLessThan(0.25);
    expect(
      off(
        share(
          visits.filter(({ device }) => device === 'desktop'),
          bought,
        ),
        3.6,
      ),
    ).toBeLessThan(0.45);
  });

  test('72 % of sessions are mobile', () =>
    expect(
      off(
        share(visits, ({ device }) => device === 'mobile'),
        72,
      ),
    ).toBeLessThan(1.5));

  test('68 % of carts are abandoned', () =>
    expect(
      off(
        share(
          visits.filter(({ outcome }) => outcome !== 'looked'),
          ({ outcome }) => outcome === 'abandoned',
        ),
        68,
      ),
    ).toBeLessThan(2));

  test('an order is worth EUR 52', () => {
    const mean = orders.reduce((sum, { totalCents, rate }) => sum + totalCents / rate, 0) / orders.length / 100;
    expect(mean).toBeGreaterThan(48.5);
    expect(mean).toBeLessThan(55);
  });

  test('3 % come back, 8 % are in another currency', () => {
    expect(off(orders.filter(({ refund }) => refund?.why === 'returned').length / orders.length, 3)).toBeLessThan(1.2);
    expect(off(orders.filter(({ currency }) => currency !== 'EUR').length / orders.length, 8)).toBeLessThan(2.5);
  });

  test('32 % of customers buy again within a year', () => {
    let customers = 0;
    let again = 0;
    const days: number[] = [];
    for (let day = market.population.opens; day < market.population.opens + 7; day += 1) {
      const cohort = market.population.cohort(day);
      for (let index = 0; index < cohort.regulars + cohort.browsers + cohort.passersBy; index += 1) {
        const person = market.population.person(cohort, index);
        visitDays(person.key, person.habit, day, day + 730, days);
        const [first, second] = journey(market, person, days).filter(bought);
        if (first) customers += 1;
        if (first && second && second.day <= first.day + 365) again += 1;
      }
    }
    expect(off(again / customers, 32)).toBeLessThan(5);
  });
});

test('bounces, consent and bots on the site', async () => {
  const events = await webEvents(
    await generated({ seed: 4, eventsPerDay: 8000, from: '2026-02-02', to: '2026-02-03', sources: ['web'], dirt: 0 }),
  );
  const views = new Map<string, { pages: number; social: boolean }>();
  for (const { visitor_id: visitor, event_name: name, page } of events) {
    if (visitor === null || name !== 'page_view') continue;
    const seen = views.get(visitor) ?? { pages: 0, social: false };
    views.set(visitor, { pages: seen.pages + 1, social: seen.social || page.url.includes('paid_social') });
  }
  // By flights of the channels it is 39 to 42 on such days: at the low end of what shops report.
  expect(off(bounced([...views.values()]), 45)).toBeLessThan(7);
  expect(off(bounced([...views.values()].filter(({ social }) => social)), 60)).toBeLessThan(6);
  expect(off(events.filter(({ consent }) => consent.analytics).length / events.length, 60)).toBeLessThan(4);
});

describe('the calendar', () => {
  // The dates of the French calendar; in 2020 and 2023 the last Sunday of May was Pentecost.
  test.each([
    '2018-05-27',
    '2019-05-26',
    '2020-06-07',
    '2021-05-30',
    '2022-05-29',
    '2023-06-04',
    '2024-05-26',
    '2025-05-25',
    '2026-05-31',
    '2027-05-30',
    '2028-05-28',
    '2029-05-27',
    '2030-05-26',
    '2031-05-25',
    '2032-05-30',
  ])('Mother’s Day is %s', (day) => expect(isoDay(mothersDay(Number(day.slice(0, 4))))).toBe(day));

  test.each([
    '2018-11-23',
    '2019-11-29',
    '2020-11-27',
    '2021-11-26',
    '2022-11-25',
    '2023-11-24',
    '2024-11-29',
    '2025-11-28',
    '2026-11-27',
    '2027-11-26',
    '2028-11-24',
    '2029-11-23',
    '2030-11-29',
    '2031-11-28',
    '2032-11-26',
  ])('Black Friday is %s', (day) => {
    expect(isoDay(blackFriday(Number(day.slice(0, 4))))).toBe(day);
    expect(seasonality(dayOf(day))).toBeGreaterThan(2.4);
  });

  const years = Array.from({ length: 15 }, (_, n) => 2018 + n);

  test.each(years)('the seasonality of %i averages 1', (year) => {
    const days = Array.from({ length: dayOf(`${year + 1}-01-01`) - dayOf(`${year}-01-01`) }, (_, n) =>
      seasonality(dayOf(`${year}-01-01`) + n),
    );
    expect(days.reduce((sum, index) => sum + index, 0) / days.length).toBeCloseTo(1, 2);
  });

  test.each(years)('the times of %i in Paris are those of the time-zone library', (year) => {
    const library = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/Paris',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    // Every five hours and some: each hour of the day, and both nights on which the clocks change.
    const times = Array.from({ length: 1700 }, (_, n) => Date.UTC(year, 0, 1) + n * 18_613_000);
    expect(times.map((ms) => parisSeconds(ms).slice(0, 19).replace('T', ' '))).toEqual(
      times.map((ms) => library.format(ms)),
    );
  });

  test('Paris changes its clocks', () => {
    expect(parisSeconds(Date.UTC(2026, 2, 29, 0, 59, 59))).toBe('2026-03-29T01:59:59+01:00');
    expect(parisSeconds(Date.UTC(2026, 2, 29, 1, 0, 0))).toBe('2026-03-29T03:00:00+02:00');
  });

  test('no rates on weekends and TARGET holidays; the last ones stay in force', () => {
    expect(
      ['2026-04-03', '2026-04-04', '2026-04-06', '2026-05-01', '2026-12-25'].some((day) => isTargetDay(dayOf(day))),
    ).toBe(false);
    expect(fxRate(1, 'USD', dayOf('2026-04-06'))).toBe(fxRate(1, 'USD', dayOf('2026-04-02')));
  });
});

test('the catalogue has eighty products, each named once, with ingredients and labels', () => {
  expect(allProducts).toHaveLength(80);
  expect(new Set(allProducts.map(({ handle }) => handle)).size).toBe(80);
  for (const { inci, labels, listPriceCents } of allProducts) {
    expect(inci.length).toBeGreaterThan(40);
    expect(labels.length).toBeGreaterThan(0);
    expect(listPriceCents).toBeGreaterThanOrEqual(600);
    expect(listPriceCents).toBeLessThanOrEqual(9000);
  }
});
