/**
 * Facts of which two languages, or two files that are read apart, must each have a copy: here the copies are held
 * equal.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openWorkshop, type Workshop } from '../athena/fixture.ts';
import { channelNames } from '../lambdas/generate/market/channels.ts';
import { athenaSql } from '../lambdas/model/relations.ts';
import { eventNames } from '../lambdas/shared/event-names.ts';
import { bareSql } from '../lambdas/shared/bare-sql.ts';
import { home } from '../lambdas/shared/home.ts';
import { loadCatalog, tableNamed } from '../lambdas/shared/schema/catalog.ts';
import { openMacros, type Macros } from '../lambdas/transform/macro-cases.ts';
import { read } from '../lambdas/transform/names.ts';

const catalog = loadCatalog();
const accepted = (table: string, name: string) =>
  tableNamed(catalog, table).columns.find((column) => column.name === name)?.accepted ?? [];
const statements = readdirSync(new URL('athena/', home))
  .filter((file) => file.endsWith('.sql'))
  .map((file) => ({ name: file.slice(0, -4), sql: bareSql(athenaSql(file.slice(0, -4))) }));
const matches = (sql: string, pattern: RegExp) => [...sql.matchAll(pattern)].map(([, found = '']) => found);
const texts = (list: string) => matches(list, /'([^']*)'/g);
/** The rows of a list of the transform, a header first; no cell has a quote. */
const csv = (file: string) =>
  read(file)
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','));

describe('channels', () => {
  const channels = accepted('sessions', 'channel');
  /** What money is paid for by the click or the view. */
  const paid = channels.filter((name) => name.startsWith('Paid ') || ['Display', 'Cross-network'].includes(name));

  test('wherever SQL asks whether one is paid, it asks for the same ones', () => {
    const lists = statements.flatMap(({ name, sql }) =>
      matches(sql, /channel IN \(([^()]*)\)/g).map((list) => [name, texts(list).toSorted()] as const),
    );
    expect(new Set(lists.map(([name]) => name))).toEqual(new Set(['roi_by_campaign', 'sessions', 'touchpoints']));
    for (const [name, list] of lists) expect([name, list]).toEqual([name, paid.toSorted()]);
  });

  test('what SQL and the simulated market call one is one', () => {
    expect(channelNames.filter((name) => !channels.includes(name))).toEqual([]);
    const written = statements.flatMap(({ sql }) =>
      matches(sql, /(?:WHEN [^']*|THEN |ELSE |channel = )('(?:[A-Z][\w -]+)')/g).flatMap(texts),
    );
    expect(new Set(written)).toContain('Direct');
    expect(written.filter((name) => !channels.includes(name))).toEqual([]);
  });
});

describe('what a session is judged by, and what an order noted of its landing page', () => {
  /** What stands in both models, in one form: lower-case names alone tell whose columns they are. */
  const inOneForm = (sql: string) =>
    sql
      .replaceAll(/\b[scl]\.(?:landing_)?/g, 'x.')
      .replaceAll(/\s+/g, ' ')
      .trim();
  const part = (name: string, whole: RegExp) => {
    const [found = ''] = matches(bareSql(athenaSql(name)), whole);
    expect([name, found.length > 60]).toEqual([name, true]);
    return inOneForm(found);
  };

  test.each([
    ['the campaigns that links name, as last reported', /\b(links AS \([\s\S]*?\)),\s*\w+ AS \(/g],
    ['which reported campaign it is', /(CASE WHEN \w\.deal_id IS NULL THEN coalesce\([\s\S]*?)END AS bought/g],
    // (The order's landing page has a source, or is not judged.)
    [
      'by what it is looked up',
      /(LEFT JOIN links AS i [\s\S]*?)(?:WHERE \w\.landing_source IS NOT NULL)?\s*\)(?:,\s*\w+ AS \(|\s*SELECT)/g,
    ],
  ])('%s: one rule', (_, whole) => {
    expect(part('touchpoints', whole)).toBe(part('sessions', whole));
  });

  test('a landing is a deal’s by its page, source, medium, campaign and content', () => {
    const columns = ['page_path', 'source', 'medium', 'campaign', 'content'];
    const joins = ['sessions', 'touchpoints'].flatMap((name) =>
      matches(bareSql(athenaSql(name)), /LEFT JOIN (deal_landings AS [\s\S]*?)(?=LEFT JOIN|\n\)|WHERE)/g),
    );
    expect(joins.length).toBe(3);
    for (const join of joins) {
      const alias = /deal_landings AS (\w)/.exec(join)?.[1] ?? '';
      const compared = matches(join, new RegExp(`\\b${alias}\\.(\\w+)`, 'g'));
      expect([...new Set(compared)].filter((name) => !['dt', 'local_date'].includes(name))).toEqual(columns);
      expect(compared).toContain('local_date');
    }
    expect(tableNamed(catalog, 'deal_landings').primaryKey).toEqual(['local_date', ...columns]);
  });
});

test('events are called by the same names wherever they come in', () => {
  expect(accepted('web_events', 'event_name')).toEqual([...eventNames]);
});

test('the sources of an advertising platform’s links are sources that the transform gives', () => {
  const named = matches(athenaSql('campaign_links'), /\('\w+_ads', '([^']+)'\)/g);
  const given = new Set([
    ...csv('traffic-sources.csv').map(([canonical = '']) => canonical),
    ...csv('click-ids.csv').map(([, source = '']) => source),
  ]);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((source) => !given.has(source) && !source.includes('.'))).toEqual([]);
});

test('what a click id says of its source is a source, and of its medium one that is paid', () => {
  const sources = new Set(csv('traffic-sources.csv').map(([canonical = '']) => canonical));
  for (const [name, source = '', medium = ''] of csv('click-ids.csv'))
    expect([name, source === '' || source === 'dfa' || sources.has(source), medium === '' ? source : '']).toEqual([
      name,
      true,
      '',
    ]);
});

test('a conversion’s path is as long as the longest look-back, and its tables are read for as many days', () => {
  const longest = Math.max(...accepted('attribution', 'lookback_days').map(Number));
  const { reads } = tableNamed(catalog, 'touchpoints');
  const from = (table: string) => reads.find((input) => input.table === table)?.from;
  expect([from('sessions'), from('orders')]).toEqual([-longest, -longest]);
  // The purchases that tell of such an order may be a day apart from it.
  expect(from('purchases')).toBe(-longest - 1);
  const days = matches(bareSql(athenaSql('touchpoints')), /converted_at - INTERVAL '(\d+)' DAY/g).map(Number);
  expect(Math.max(...days)).toBe(longest);
});

describe('deals', () => {
  test('a deal runs from the day of its contract to its end, and of several the newest counts, then the lower number', () => {
    const runs = statements.flatMap(({ sql }) => matches(sql, /BETWEEN (d\.contract_date AND \S+\(d\.end_date)/g));
    expect(runs.length).toBe(2);
    expect(new Set(runs)).toEqual(new Set(['d.contract_date AND coalesce(d.end_date']));
    const orders = statements.flatMap(({ sql }) =>
      matches(sql, /ORDER BY [^()]*(d\.contract_date[^()]*)\)/g).map((order) => order.replaceAll(/\b\w\./g, '')),
    );
    expect(orders).toEqual(['contract_date DESC, deal_id', 'contract_date DESC, deal_id']);
  });

  describe('the path of a link and of a page', () => {
    let macros: Macros;
    let workshop: Workshop;
    beforeAll(async () => {
      [macros, workshop] = await Promise.all([openMacros(), openWorkshop()]);
    });
    afterAll(async () => {
      macros.close();
      await workshop.close();
    });

    test('are compared in one form', async () => {
      const [expression = ''] = matches(athenaSql('deal_landings'), /\s(\S.*) AS bare_path\n/g);
      const part = fc.constantFrom('fr', 'fr-be', 'FR', 'zh-hant', 'zh-hantz', 'en-gbrs', 'i', 'Lea', 'a-b', '');
      const paths = fc.sample(
        fc.array(part, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
        { numRuns: 400, seed: 20_260_401 },
      );
      const rows = await workshop.view(
        'funnel_daily',
        { web_events: paths.map((page_path, n) => ({ event_id: String(n), page_path })) },
        `SELECT event_id, ${expression} AS bare_path FROM web_events`,
      );
      const inMart = new Map(rows.map((row) => [row['event_id'], row['bare_path']]));
      const inTransform = await macros.evaluate('bare_path(x)', paths);
      expect(paths.map((path, n) => [path, inMart.get(String(n))])).toEqual(
        paths.map((path, n) => [path, inTransform[n]]),
      );
    });
  });
});

test('the shop’s own pages are told by its profile alone', () => {
  const own = /\bproduits\b|\bcollections\b/;
  const transform = readdirSync(new URL('lambdas/transform/', home)).filter((file) => file.endsWith('.sql'));
  expect(
    transform.filter((file) => own.test(readFileSync(new URL(`lambdas/transform/${file}`, home), 'utf8'))),
  ).toEqual([]);
  expect(statements.filter(({ sql }) => own.test(sql)).map(({ name }) => name)).toEqual([]);
});

test('the walk of a slice in docs/extending.md is the way that the code takes, in twelve files at most', () => {
  const page = readFileSync(new URL('docs/extending.md', home), 'utf8');
  const walk = matches(page, /^\d+\. `([^`]+)`/gm);
  expect(walk.length).toBeLessThanOrEqual(12);
  expect([walk[0], walk.at(-1)]).toEqual(['cli/run.ts', 'lambdas/transform/write-slice.ts']);
  const imported = (file: string) =>
    matches(readFileSync(new URL(file, home), 'utf8'), /from '(\.[^']+)'/g).map((path) =>
      new URL(path, new URL(file, home)).href.slice(home.href.length),
    );
  const reached = walk.filter(
    (file, i) =>
      i === 0 ||
      (file.endsWith('.sql')
        ? file === `lambdas/transform/web_events.sql`
        : walk.slice(0, i).some((before) => imported(before).includes(file))),
  );
  expect(reached).toEqual(walk);
});
