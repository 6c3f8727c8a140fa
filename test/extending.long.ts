/** What docs/extending.md promises: what is added touches the files that it names, and no other. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { generate } from '../lambdas/generate/generate.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { repository } from './in-turn.ts';
import { contents, done, folder } from './support-sillage.ts';

/** A copy of the program. */
const copy = folder('extending');
const program = { program: copy };
const lake = join(folder('extended'), 'lake');

/** The files that are added or changed, by what is added. */
const toys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a source and its table': {
    'glue-schemas/raw/raw_newsletter_sends.json': document(
      'raw_newsletter_sends',
      { 'sillage.prefix': 'raw/newsletter/sends/', 'sillage.format': 'jsonl' },
      [{ Name: 'sent_at', Type: 'string' }],
    ),
    'glue-schemas/curated/newsletter_sends.json': document(
      'newsletter_sends',
      {
        'sillage.reads': 'raw_newsletter_sends',
        'sillage.primary_key': 'campaign sent_at',
        'sillage.keep': 'newest exported_in',
        'sillage.sort': 'sent_at campaign',
      },
      [
        { Name: 'campaign', Type: 'string', Parameters: { required: 'true' } },
        { Name: 'sent_at', Type: 'timestamp', Parameters: { required: 'true' } },
        { Name: 'recipients', Type: 'bigint', Parameters: { required: 'true', min: '0' } },
        { Name: 'exported_in', Type: 'string', Parameters: { mask: 'none', required: 'true' } },
      ],
    ),
    'lambdas/transform/newsletter_sends.sql': `-- One row is one newsletter that was sent.
WITH parsed AS (
  SELECT _record, _at, fields(_record, '{ "campaign": "VARCHAR", "sent_at": "VARCHAR", "recipients": "VARCHAR" }') AS r FROM raw_newsletter_sends
)
SELECT _record, _at, folded(r.campaign) AS campaign, instant(r.sent_at) AS sent_at, r.recipients AS recipients, object_of(_at) AS exported_in,
  CASE WHEN r IS NULL THEN 'malformed:record' END AS _reject, CAST(instant(r.sent_at) AS DATE) AS dt
FROM parsed
`,
  },
  'a model: a table that is built day by day from others': {
    'glue-schemas/marts/newsletter_reach.json': document(
      'newsletter_reach',
      { 'sillage.reads': 'newsletter_sends', 'sillage.primary_key': 'campaign', 'sillage.sort': 'campaign' },
      [
        { Name: 'campaign', Type: 'string', Parameters: { required: 'true' } },
        { Name: 'recipients', Type: 'bigint' },
      ],
    ),
    'athena/newsletter_reach.sql': `-- One row is one newsletter campaign of a day.
SELECT campaign, CAST(sum(recipients) AS bigint) AS recipients FROM newsletter_sends GROUP BY campaign
`,
  },
  'a view: a table that is computed when it is asked': {
    'glue-schemas/marts/newsletter_totals.json': document(
      'newsletter_totals',
      {},
      [{ Name: 'recipients', Type: 'bigint' }],
      'VIRTUAL_VIEW',
    ),
    'athena/newsletter_totals.sql': `-- One row is all newsletters.
SELECT CAST(sum(recipients) AS bigint) AS recipients FROM newsletter_reach
`,
  },
  'an attribution model that is a rule': {
    'athena/attribution.sql': read('athena/attribution.sql').replace(
      "ROW('linear',",
      "ROW('half_first', CASE WHEN e.touches = 1 THEN 1E0 WHEN e.place = 1 THEN 0.5E0 ELSE 0.5E0 / " +
        'CAST(e.touches - 1 AS double) END),\n    $&',
    ),
  },
  'an attribution model that is learnt from journeys': {
    'lambdas/attribute/models/conversions_touched.ts': `import type { WeightsOf } from '../weights.ts';

/** How many journeys with an order touched the channel. */
export const weightsOf: WeightsOf = ({ names, types }) =>
  names.map((_, name) => types.reduce((sum, type) => sum + (type.touches.includes(name) ? type.conversions : 0), 0));
`,
  },
};

function read(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

function document(
  name: string,
  parameters: Readonly<Record<string, string>>,
  columns: readonly Readonly<Record<string, unknown>>[],
  type = 'EXTERNAL_TABLE',
): string {
  return JSON.stringify({
    Name: name,
    Description: 'A toy.',
    TableType: type,
    Parameters: parameters,
    ...(type === 'EXTERNAL_TABLE' && { PartitionKeys: [{ Name: 'dt', Type: 'date', Comment: 'its day' }] }),
    StorageDescriptor: { Columns: columns },
  });
}

const Ran = z.object({
  steps: z.array(z.object({ table: z.string(), built: z.array(z.object({ day: z.string() })) })),
  checks: z.array(z.object({ table_name: z.string(), severity: z.string(), failures: z.number() })),
});

/** Runs the pipeline, and gives the tables of which slices were built. */
async function run(): Promise<{ built: string[]; checks: z.infer<typeof Ran>['checks'] }> {
  const { steps, checks } = Ran.parse(JSON.parse(await done(['run', '--lake', lake, '--json'], program)));
  return { built: steps.filter(({ built }) => built.length > 0).map(({ table }) => table), checks };
}

const query = async (sql: string): Promise<unknown> =>
  JSON.parse(await done(['query', '--lake', lake, '--json', sql], program));

beforeAll(async () => {
  for (const kept of ['athena', 'bin', 'cli', 'dashboard', 'glue-schemas', 'lambdas', 'localstack', 'tracker'])
    cpSync(join(repository, kept), join(copy, kept), { recursive: true });
  for (const kept of ['package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(repository, kept), join(copy, kept));
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  await generate(filesLake(lake), { seed: 5, eventsPerDay: 400, from: '2026-03-10', to: '2026-03-12' });
  await run();
});

test('the page names the files of each thing that is added, and no other', () => {
  const rows = [...read('docs/extending.md').matchAll(/^\| (an? .+?) \| (.+) \|$/gm)].map(
    ([, what = '', files = '']) => [what, [...files.matchAll(/`(.+?)`/g)].map(([, file = '']) => file)] as const,
  );
  expect(rows.map(([what]) => what)).toEqual(Object.keys(toys));
  for (const [what, files] of rows) {
    const patterns = files.map((file) => new RegExp(`^${file.replaceAll('.', '\\.').replace(/<\w+>/, '\\w+')}$`));
    const touched = Object.keys(toys[what] ?? {});
    expect(touched.map((file) => patterns.findIndex((pattern) => pattern.test(file)))).toEqual([...patterns.keys()]);
  }
});

describe('with all of them', () => {
  let built: string[];
  let checks: z.infer<typeof Ran>['checks'];
  let before: Readonly<Record<string, string>>;

  beforeAll(async () => {
    before = contents(lake, 'curated', 'marts');
    for (const [path, text] of Object.values(toys).flatMap((files) => Object.entries(files))) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    }
    const day = join(lake, 'raw/newsletter/sends/dt=2026-03-12');
    mkdirSync(day, { recursive: true });
    const sends = [
      { campaign: 'Printemps', sent_at: '2026-03-11T08:00:00Z', recipients: 1200 },
      { campaign: 'printemps ', sent_at: '2026-03-12T08:00:00Z', recipients: 300 },
      { campaign: 'Noël', sent_at: '2026-03-12T09:00:00Z', recipients: -1 },
    ];
    writeFileSync(join(day, 'sends.jsonl'), sends.map((send) => JSON.stringify(send)).join('\n'));
    ({ built, checks } = await run());
  });

  test('what is new is built, and of what was there only what it changes', () => {
    expect(built.toSorted()).toEqual([
      'attribution',
      'attribution_models',
      'attribution_weights',
      'newsletter_reach',
      'newsletter_sends',
    ]);
    expect(checks.filter(({ severity, failures }) => severity === 'error' && failures > 0)).toEqual([]);
    expect(new Set(checks.map(({ table_name }) => table_name))).toContain('newsletter_sends');
    const after = contents(lake, 'curated', 'marts');
    expect(Object.keys(before).filter((key) => after[key] !== before[key] && !key.includes('/attribution'))).toEqual(
      [],
    );
  });

  test('the table, the model and the view have their rows, and what breaks a promise is a reject', async () => {
    // A query is a process of its own, which takes seconds to start: one asks for all.
    expect(
      await query(
        `SELECT 'sends' AS of, campaign AS name, recipients FROM newsletter_sends
         UNION ALL SELECT 'reach', CAST(dt AS varchar), recipients FROM newsletter_reach
         UNION ALL SELECT 'totals', NULL, recipients FROM newsletter_totals ORDER BY 1, 2, 3 DESC`,
      ),
    ).toEqual([
      { of: 'reach', name: '2026-03-11', recipients: 1200 },
      { of: 'reach', name: '2026-03-12', recipients: 300 },
      { of: 'sends', name: 'printemps', recipients: 1200 },
      { of: 'sends', name: 'printemps', recipients: 300 },
      { of: 'totals', name: null, recipients: 1500 },
    ]);
    expect(await query("SELECT object, reasons FROM rejects WHERE table_name = 'newsletter_sends'")).toEqual([
      { object: 'raw/newsletter/sends/dt=2026-03-12/sends.jsonl', reasons: ['min:recipients'] },
    ]);
  });

  test.each(['half_first', 'conversions_touched'])(
    'the attribution model %s credits each conversion whole, in every view, and the profile may choose it',
    async (model) => {
      const sums = (view: string, by: string) =>
        `(SELECT round(sum(orders), 6) FROM ${view} WHERE attribution_model = '${model}') AS orders_by_${by},
         (SELECT sum(spend_eur) > 0 FROM ${view} WHERE attribution_model = '${model}') AS cost_by_${by}`;
      const [told] = z.tuple([z.looseObject({ orders: z.number().positive() })]).parse(
        await query(
          `SELECT (SELECT count(*) FROM orders WHERE is_conversion) AS orders,
             ${sums('roi_by_channel_daily', 'channel')}, ${sums('roi_by_campaign', 'campaign')},
             (SELECT count(*) FROM (SELECT order_id FROM attribution WHERE attribution_model = '${model}'
                GROUP BY order_id, lookback_days HAVING abs(sum(credit) - 1E0) > 1E-9) AS w) AS wrong`,
        ),
      );
      const { orders } = told;
      expect(told).toEqual({
        orders,
        orders_by_channel: orders,
        cost_by_channel: true,
        orders_by_campaign: orders,
        cost_by_campaign: true,
        wrong: 0,
      });
      await done(['shop', '--lake', lake, '--set', `attribution_model=${model}`], program);
      // The tables that are made of that part of the profile, and nothing that is attributed.
      expect((await run()).built.toSorted()).toEqual(['attribution_models', 'channel_incrementality', 'shop']);
      expect(await query('SELECT round(sum(orders), 6) AS orders FROM marketing_daily')).toEqual([{ orders }]);
    },
  );

  test('the dictionary follows; what SQL alone writes gets no row type', () => {
    mkdirSync(join(copy, 'docs'), { recursive: true });
    execFileSync(process.execPath, ['--import', 'tsx', 'bin/schemas.ts'], { cwd: copy });
    const dictionary = readFileSync(join(copy, 'docs/data-dictionary.md'), 'utf8');
    expect(dictionary).toContain('### newsletter_sends');
    expect(dictionary).toMatch(
      /one of first, last, last_non_direct, half_first, linear, [a-z_, ]+, conversions_touched, markov, shapley/,
    );
    const rows = 'lambdas/shared/schema/rows.generated.ts';
    expect(readFileSync(join(copy, rows), 'utf8')).toBe(readFileSync(join(repository, rows), 'utf8'));
  });
});
