import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { ask, jsonOf, nowMs, post } from '../lambdas/collect/samples.ts';
import { landMapping } from '../lambdas/land/mapping.ts';
import { readUserAgent } from '../lambdas/shared/user-agents.ts';
import { journey, testEvents, testUserAgent, type Deployment } from './smoke-journey.ts';
import {
  judgeAlarm,
  judgeBucket,
  judgeFunction,
  judgeMapping,
  judgeSecret,
  judgeSubscriptions,
  type Finding,
} from './smoke-judges.ts';
import { looked } from './smoke-settings.ts';

const asFunction: FunctionConfiguration = {
  Architectures: ['arm64'],
  State: 'Active',
  LastUpdateStatus: 'Successful',
  TracingConfig: { Mode: 'Active' },
};
const asMapping = {
  State: 'Enabled',
  BatchSize: landMapping.batchSize,
  MaximumBatchingWindowInSeconds: 2,
  ParallelizationFactor: 1,
  BisectBatchOnFunctionError: true,
  MaximumRetryAttempts: 10,
  MaximumRecordAgeInSeconds: 86_400,
  DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::lake' } },
};
const closed = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
const asBucket = { algorithm: 'AES256', versioning: 'Enabled', publicAccess: closed };
const ok = /^ok$/u;

describe('what AWS says of a setting', () => {
  test.each<[string, Finding, RegExp]>([
    ['a function', judgeFunction('land', 'arm64', asFunction), ok],
    [
      'one for the other processor that it may be for',
      judgeFunction('land', 'x64', { ...asFunction, Architectures: ['x86_64'] }),
      ok,
    ],
    [
      'one for another processor',
      judgeFunction('land', 'arm64', { ...asFunction, Architectures: ['x86_64'] }),
      /^failed Architectures is \["x86_64"\], not \["arm64"\]\. /u,
    ],
    [
      'one whose update failed',
      judgeFunction('land', 'arm64', { ...asFunction, LastUpdateStatus: 'Failed' }),
      /^failed LastUpdateStatus is "Failed"/u,
    ],
    ['the mapping', judgeMapping('arn:aws:s3:::lake', asMapping), ok],
    [
      'one that does not halve',
      judgeMapping('arn:aws:s3:::lake', { ...asMapping, BisectBatchOnFunctionError: false }),
      /^failed BisectBatchOnFunctionError is false, not true/u,
    ],
    [
      'one that tries for ever',
      judgeMapping('arn:aws:s3:::lake', { ...asMapping, MaximumRetryAttempts: -1 }),
      /^failed MaximumRetryAttempts is -1, not 10/u,
    ],
    [
      'one that keeps nothing',
      judgeMapping('arn:aws:s3:::lake', { ...asMapping, DestinationConfig: {} }),
      /^failed destination of what is given up is not set/u,
    ],
    [
      'one that believes partial answers',
      judgeMapping('arn:aws:s3:::lake', { ...asMapping, FunctionResponseTypes: ['ReportBatchItemFailures'] }),
      /^failed FunctionResponseTypes/u,
    ],
    ['no mapping', judgeMapping('arn:aws:s3:::lake', {}), /^failed State is not set/u],
    ['a key', judgeSecret('0f'.repeat(32)), ok],
    ['a key of a smaller alphabet', judgeSecret('G'.repeat(64)), /^failed it is not 64/u],
    ['a key with a new line', judgeSecret(`${'0f'.repeat(32)}\n`), /^failed it is not 64/u],
    ['no key', judgeSecret(undefined), /^failed/u],
    ['an alarm', judgeAlarm({ AlarmName: 'a', StateValue: 'OK' }), ok],
    [
      'one that went off',
      judgeAlarm({ StateValue: 'ALARM', AlarmDescription: 'What to do: …' }),
      /^failed What to do: …$/u,
    ],
    ['one without figures', judgeAlarm({ StateValue: 'INSUFFICIENT_DATA' }), /^not known/u],
    ['one that is silenced', judgeAlarm({ StateValue: 'OK', ActionsEnabled: false }), /^failed it tells nobody/u],
    ['who is told', judgeSubscriptions([{ SubscriptionArn: 'arn:aws:sns:…', Endpoint: 'you@shop.example' }]), ok],
    [
      'who has not confirmed',
      judgeSubscriptions([{ SubscriptionArn: 'PendingConfirmation', Endpoint: 'you@shop.example' }]),
      /^failed you@shop\.example has not confirmed/u,
    ],
    ['nobody', judgeSubscriptions([]), /^not known Nobody is/u],
    ['a bucket', judgeBucket('lake', true, asBucket), ok],
    [
      'one that is not versioned, which the lake must be',
      judgeBucket('lake', true, { ...asBucket, versioning: undefined }),
      /^failed versioning is not set, not "Enabled"/u,
    ],
    ['another that is not', judgeBucket('results', false, { ...asBucket, versioning: undefined }), ok],
    [
      'one with a key of KMS',
      judgeBucket('lake', true, { ...asBucket, algorithm: 'aws:kms' }),
      /^failed encryption is "aws:kms", not "AES256"/u,
    ],
    [
      'one that may be opened',
      judgeBucket('lake', true, { ...asBucket, publicAccess: { ...closed, BlockPublicPolicy: false } }),
      /^failed BlockPublicPolicy is false/u,
    ],
    [
      'one without a block',
      judgeBucket('lake', true, { ...asBucket, publicAccess: undefined }),
      /^failed BlockPublicAcls is not set/u,
    ],
  ])('%s', (_, { state, says }, expected) => {
    expect([state, ...(says === undefined ? [] : [says])].join(' ')).toMatch(expected);
  });

  test('what may not be looked at is not known', async () => {
    const denied = Object.assign(new Error('You may not.'), { name: 'AccessDenied' });
    expect(await looked('a thing', () => Promise.reject(denied))).toEqual([
      { state: 'not known', about: 'a thing', says: 'AccessDenied: You may not. Ask as somebody who may look at it.' },
    ]);
  });

  test('nothing of the key is told', () => {
    expect(JSON.stringify([judgeSecret('a1'.repeat(32)), judgeSecret('secret!')])).not.toMatch(/a1a1|secret!/u);
  });
});

const now = new Date(nowMs);
const events = testEvents('https://shop.example', now);
const patience = { longest: 50, between: 1 };
const Sent = z.object({ events: z.array(z.looseObject({ event_id: z.string() })) });

/** A deployment that does all it should, but for what is laid upon it. */
function deployment(over: Partial<Deployment> = {}, lands = (lines: readonly string[]) => lines): Deployment {
  const objects = new Map([
    ['raw/web/events/dt=2026-01-05/older', Buffer.from(`{"event_id":"1","page":"${events.path}"}`)],
  ]);
  return {
    post: async (body) => {
      const lines = Sent.parse(JSON.parse(body)).events.map((event) => JSON.stringify(event));
      // As two objects, and one of them again, as a stream does that tries again.
      const kept = lands(lines);
      for (const [name, part] of Object.entries({ a: kept.slice(0, 7), b: kept.slice(7), c: kept.slice(0, 7) }))
        objects.set(`raw/web/events/dt=2026-01-05/${name}`, gzipSync(part.join('\n')));
      return { status: 200, body: `{"accepted":${lines.length},"refused":[]}` };
    },
    lake: {
      async *list() {
        for (const [key, bytes] of objects) yield { key, size: bytes.length, etag: key, lastModified: now };
      },
      get: async (key) => objects.get(key) ?? Buffer.alloc(0),
    },
    execute: async () => ({ status: 'SUCCEEDED' }),
    warehouse: { query: async () => ({ columns: [], rows: [[20n, 20n]] }) },
    ...over,
  };
}

async function told(deployed: Deployment): Promise<string[]> {
  const findings: Finding[] = [];
  await journey(deployed, events, patience, (finding) => findings.push(finding));
  return findings.map(({ state, says }) => [state, ...(says === undefined ? [] : [says])].join(': '));
}

describe('the way of the test events', () => {
  test('the collector takes them all, as those of a bot', async () => {
    const { response, stream } = await ask(post(events.body, { headers: { 'user-agent': testUserAgent } }));
    expect([response.status, jsonOf(response)]).toEqual([200, { accepted: 20, refused: [] }]);
    expect(stream.stored.length).toBe(20);
    expect(readUserAgent(testUserAgent)).toMatchObject({ is_bot: true });
  });

  test('a deployment that works passes', async () => {
    expect(await told(deployment())).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  test.each<[string, Deployment, number, RegExp]>([
    [
      'a collector that refuses',
      deployment({ post: async () => ({ status: 400, body: '{"accepted":0}' }) }),
      0,
      /^failed: It answered 400: \{"accepted":0\}/u,
    ],
    [
      'a collector that takes some',
      deployment({ post: async () => ({ status: 200, body: '{"accepted":2}' }) }),
      0,
      /^failed: It answered 200: \{"accepted":2\}/u,
    ],
    [
      'a collector that is not there',
      deployment({ post: () => Promise.reject(new Error('fetch failed')) }),
      0,
      /^failed: fetch failed/u,
    ],
    ['events of which one is lost', deployment({}, (lines) => lines.slice(1)), 1, /^failed: 19 of 20 are/u],
    [
      'an execution that fails',
      deployment({ execute: async () => ({ status: 'FAILED', cause: 'LeaseLost' }) }),
      2,
      /^failed: It ended as FAILED: LeaseLost/u,
    ],
    [
      'a table without them',
      deployment({ warehouse: { query: async () => ({ columns: [], rows: [[0n, 0n]] }) } }),
      3,
      /^failed: It finds 0 of 20, in 0 rows/u,
    ],
    [
      'a table that has them twice',
      deployment({ warehouse: { query: async () => ({ columns: [], rows: [[20n, 40n]] }) } }),
      3,
      /^failed: It finds 20 of 20, in 40 rows/u,
    ],
  ])('%s fails, and what comes after it is not tried', async (_, deployed, at, expected) => {
    const findings = await told(deployed);
    expect(findings.slice(0, at)).toEqual(Array(at).fill('ok'));
    expect(findings[at]).toMatch(expected);
    expect(findings.slice(at + 1).every((finding) => finding.startsWith('not known: It was not tried'))).toBe(true);
    expect(findings.length).toBe(4);
  });

  test('Athena is asked for these events alone, on their day', async () => {
    const asked: string[] = [];
    const query: Deployment['warehouse']['query'] = async (sql) => {
      asked.push(sql);
      return { columns: [], rows: [[20n, 20n]] };
    };
    await told(deployment({ warehouse: { query } }));
    expect(asked).toEqual([expect.stringContaining("page_path = '/sillage-smoke/20260105T100000000Z'")]);
    expect(asked[0]).toContain("dt BETWEEN DATE '2026-01-04' AND DATE '2026-01-06'");
  });
});
