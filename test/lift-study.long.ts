/** A lift study by people in a lake: the market's platform counts its groups, and the lake's credits are what they are held against. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { keepReadings, readEach } from '../cli/read-experiments.ts';
import { readExperiments } from '../lambdas/shared/shop/profile.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { house, type Workspace } from './house.ts';

const [from, to, until] = ['2026-02-09', '2026-02-22', '2026-03-08'];
const holdouts = [{ channel: 'Paid Social', from, to, people: 50 }];
let lake: Workspace;

beforeAll(async () => {
  lake = await house({ seed: 5, dirt: 0.2, eventsPerDay: 4000, from: '2026-02-02', to: until, holdouts });
});
afterAll(() => lake.remove());

test('it is read from its counts and the credits of touches on its days, and is what roi_incremental goes by then', async () => {
  const files = filesLake(lake.root);
  const [experiment] = await readExperiments(files);
  const study = experiment?.study;
  expect(study).toMatchObject({ until });
  // Credits by another road: touches and orders one by one, their days in Paris (UTC + 1 until the end of March).
  const touches =
    await lake.rows(`SELECT CAST(a.touched_at AS varchar) AS touched_at, a.credit, CAST(e.local_date AS varchar) AS day
    FROM attribution AS a JOIN order_economics AS e ON e.order_id = a.order_id
    WHERE a.channel = 'Paid Social' AND a.attribution_model = 'last_non_direct' AND a.lookback_days = 30`);
  const parisDay = (utc: string) =>
    new Date(Date.parse(`${utc.replace(' ', 'T')}Z`) + 3_600_000).toISOString().slice(0, 10);
  const rows = z.array(z.object({ touched_at: z.string(), credit: z.coerce.number(), day: z.string() })).parse(touches);
  const credited = rows.filter(
    ({ touched_at: at, day }) => parisDay(at) >= from && parisDay(at) <= to && day >= from && day <= until,
  );
  expect(credited.length).toBeGreaterThan(10);
  expect(rows.length).toBeGreaterThan(credited.length);

  const readings = await readEach(files, await readExperiments(files));
  const [{ reading } = { reading: undefined }] = readings;
  if (reading === undefined || !('attributed' in reading)) throw new Error('no study was read');
  expect(reading.attributed).toBeCloseTo(
    credited.reduce((sum, { credit }) => sum + credit, 0),
    6,
  );
  if (study === undefined || !('shown' in study)) throw new Error('no study was counted');
  const { shown, withheld } = study;
  const caused = shown.orders - (withheld.orders * shown.people) / withheld.people;
  expect(reading.incrementality.value).toBeCloseTo(caused / reading.attributed, 9);
  const [spent] = await lake.rows(
    `SELECT sum(CAST(spend_eur AS double)) AS spend FROM ad_spend WHERE channel = 'Paid Social' AND dt ` +
      `BETWEEN DATE '${from}' AND DATE '${to}'`,
  );
  expect(reading.spend).toBeCloseTo(Number(spent?.['spend']), 2);

  await keepReadings(files, lake.root, readings);
  await run(lake.root);
  const [known] = await lake.rows("SELECT basis FROM channel_incrementality WHERE channel = 'Paid Social'");
  expect(known?.['basis']).toBe('measured: paid-social-people-1');
});
