import { afterEach, describe, expect, test } from '@jest/globals';
import { athenaFront } from '../test/athena-front.ts';
import { failing, query, results, scriptedAthena } from '../test/scripted-athena.ts';
import { ended, sillage, start } from '../test/support-sillage.ts';
import { costInWords } from './athena.ts';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

/** The environment of a process that reaches a server in place of AWS. */
const reaching = ({ url, close }: { readonly url: string; readonly close: () => Promise<void> }) => {
  undo.push(close);
  return {
    AWS_ENDPOINT_URL_ATHENA: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-west-3',
    // A lake that is set for other commands is no contradiction.
    SILLAGE_LAKE: '/nowhere',
  };
};

const columns = [
  { Name: 'channel', Type: 'varchar' },
  { Name: 'spend_eur', Type: 'decimal', Precision: 18, Scale: 2 },
];

const said = (stderr: string) => stderr.split('\n').slice(0, -1);

describe('sillage query --athena', () => {
  test('prints the answer, and beside it what it scanned and costs', async () => {
    const athena = await scriptedAthena(
      query([{ state: 'RUNNING' }, { state: 'SUCCEEDED', bytes: 34_000_000 }], () =>
        results(columns, [
          ['channel', 'spend_eur'],
          ['Paid Search', '19.90'],
          [null, null],
        ]),
      ),
    );
    const outcome = await sillage(['query', '--athena', 'sillage-prod', '--format', 'csv', 'SELECT 1;'], {
      env: reaching(athena),
    });
    expect(outcome).toMatchObject({ code: 0, stdout: 'channel,spend_eur\nPaid Search,19.90\n,\n' });
    expect(said(outcome.stderr)).toEqual(['Athena scanned 34 MB in 1.2 s: about 0.00017 USD at 5 a TB (q1).']);
    expect(athena.calls[0]?.input).toMatchObject({
      QueryString: 'SELECT 1',
      WorkGroup: 'sillage-prod',
      QueryExecutionContext: { Database: 'sillage_prod' },
    });
  });

  test('asks another database, at another price', async () => {
    const athena = await scriptedAthena(query([{ state: 'SUCCEEDED', bytes: 1 }]));
    const flags = ['--athena', 'w', '--database', 'other', '--usd-per-tb', '7'];
    const outcome = await sillage(['query', ...flags, 'SELECT 7 AS n'], { env: reaching(athena) });
    expect(outcome.code).toBe(0);
    expect(said(outcome.stderr)).toEqual(['Athena scanned 0.0 MB in 1.2 s: about 0.00007 USD at 7 a TB (q1).']);
    expect(athena.calls[0]?.input).toMatchObject({ QueryExecutionContext: { Database: 'other' } });
  });

  test('ends as every query ends: 2 for the SQL, 3 where nobody answers, 4 for a limit', async () => {
    for (const { answer, code, says } of [
      {
        answer: query([{ state: 'FAILED', reason: "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved" }]),
        code: 2,
        says: /^line 1:8: Column 'x' cannot be resolved$/,
      },
      {
        answer: () => failing(400, 'InvalidRequestException', 'WorkGroup w is not found.'),
        code: 3,
        says: /^The warehouse athena:\/\/w\/w cannot be used: WorkGroup w is not found\. Deploy the stacks first/,
      },
      {
        answer: query([{ state: 'CANCELLED', reason: 'Bytes scanned limit was exceeded' }]),
        code: 4,
        says: /^The query was ended by Athena: Bytes scanned limit was exceeded\. Ask for less \([^)]+\)\.$/,
      },
    ]) {
      const outcome = await sillage(['query', '--athena', 'w', 'SELECT x'], {
        env: reaching(await scriptedAthena(answer)),
      });
      expect(outcome).toMatchObject({ code, stdout: '' });
      expect(said(outcome.stderr).at(-1)).toMatch(says);
    }
  });

  /** An engine that answers nothing until it is told to end. */
  async function endless() {
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const stopped: unknown[] = [];
    const front = await athenaFront({
      stream: async (sql, { signal } = {}) => {
        begin();
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        stopped.push(sql);
        throw signal?.reason;
      },
    });
    return { env: reaching(front), begun, stopped };
  }

  test('stops in Athena what a limit ends here', async () => {
    const { env, stopped } = await endless();
    const outcome = await sillage(['query', '--athena', 'w', '--timeout', '0.2', 'SELECT 1'], { env });
    expect(outcome).toMatchObject({ code: 4, stdout: '' });
    expect(said(outcome.stderr).at(-1)).toMatch(/^The query was ended: it took longer than 0\.2 s\. .*--timeout\.$/);
    expect(stopped).toEqual(['SELECT 1']);
  });

  test('stops in Athena what Ctrl-C ends here', async () => {
    const { env, begun, stopped } = await endless();
    const child = start(['query', '--athena', 'w', 'SELECT 1'], { env });
    const outcome = ended(child);
    await begun;
    child.kill('SIGINT');
    expect(await outcome).toMatchObject({ code: 130, stdout: '' });
    expect(stopped).toEqual(['SELECT 1']);
  });

  test('asks the statements of a script one after the other, up to the first mistake', async () => {
    const wrong = 'SYNTAX_ERROR: line 3:1: no';
    const athena = await scriptedAthena(query([{ state: 'SUCCEEDED' }, { state: 'FAILED', reason: wrong }]));
    const outcome = await sillage(['query', '--athena', 'w', '--format', 'csv'], {
      env: reaching(athena),
      input: 'SELECT 1;\n\nSELECT 2;\nSELECT 3;',
    });
    expect(outcome).toMatchObject({ code: 2, stdout: 'n\n7\n' });
    expect(said(outcome.stderr).at(-1)).toBe('line 3:1: no');
    const asked = athena.calls.filter(({ operation }) => operation === 'StartQueryExecution');
    expect(asked.map(({ input }) => String(input['QueryString']).trim())).toEqual(['SELECT 1', 'SELECT 2']);
    // Where it stands in the whole is where Athena sees it.
    expect(asked[1]?.input['QueryString']).toMatch(/^[ ]+\n\nSELECT 2$/);
  });

  test.each([
    ['--athena w --lake lake', /^--athena asks the lake that its database describes: leave out --lake, or --athena\.$/],
    ['--athena w --memory 1GB', /^--memory is of the engine on this machine/],
    ['--database d', /^--database is of Athena: name the workgroup too/],
    ['--usd-per-tb 5', /^--usd-per-tb is of Athena: name the workgroup too/],
    ['--athena w --usd-per-tb much', /^--usd-per-tb much is no price/],
    ['--athena s3://w', /^--athena "s3:\/\/w" is no workgroup/],
  ])('%s is a mistake, told before anybody is asked', async (flags, says) => {
    const outcome = await sillage(['query', ...flags.split(' '), 'SELECT 1']);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr.trim()).toMatch(says);
  });
});

test.each([
  [
    { bytesScanned: 0, isReused: true, usd: 0 },
    'Athena answered with the result of an equal query: nothing was scanned (q).',
  ],
  [{ bytesScanned: 0, isReused: false, usd: 0 }, 'Athena scanned 0.0 MB in 2.0 s: free (q).'],
  [{ bytesScanned: 2e12, isReused: false, usd: 10 }, 'Athena scanned 2000000 MB in 2.0 s: about 10 USD at 5 a TB (q).'],
])('what a query took: %j', (cost, says) => {
  expect(costInWords({ queryId: 'q', milliseconds: 2000, ...cost }, 5)).toBe(says);
});
