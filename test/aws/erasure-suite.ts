/**
 * Erasure by the deployed function: a person who stands in many places, in old versions too, stands nowhere afterwards.
 */
import { expect, test } from '@jest/globals';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '@aws-sdk/client-sts';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { sampleEvent } from '../../lambdas/land/samples.ts';
import { begin, end } from '../../lambdas/lease/lease.ts';
import { s3Lake } from '../../lambdas/shared/aws/s3-lake.ts';
import { pseudonymKey } from '../../lambdas/transform/pseudonyms.ts';
import { webEvent } from '../small-lake.ts';
import type { Targets } from './tried.ts';

export interface ErasureWorld {
  readonly targets: () => Targets;
  /** What somebody has who may ask for erasure, and nothing else. */
  readonly asEraser: () => Promise<Credentials>;
  /** Brings the lake up to date by the deployed machine. @returns how that ended */
  readonly execution: () => Promise<string | undefined>;
}

const day = '2025-01-01';

/** What the bytes of an object say. */
async function textOf(bytes: Buffer): Promise<string> {
  if (bytes.subarray(0, 4).toString() === 'PAR1') {
    const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer, compressors });
    return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  // A batch that was given up has its records in base64.
  const packed = [...text.matchAll(/data\\":\\"([^\\]+)\\"/gu)].map(([, data = '']) => Buffer.from(data, 'base64'));
  return `${text}${Buffer.concat(packed).toString('utf8')}`;
}

/** Every object of a bucket that has one of these texts, and every version of such. */
async function placesOf(Bucket: string, wanted: readonly string[]): Promise<string[]> {
  const client = new S3Client({});
  const places: string[] = [];
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (from !== undefined) {
    const markers: object = from;
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, ...markers }));
    for (const { Key = '', VersionId, IsLatest } of page.Versions ?? []) {
      const version = VersionId === 'null' ? {} : { VersionId };
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...version }));
      const text = await textOf(Buffer.from((await Body?.transformToByteArray()) ?? []));
      if (wanted.some((one) => text.includes(one))) places.push(`${IsLatest === true ? 'now' : 'past'} ${Key}`);
    }
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    from = page.IsTruncated === true ? { KeyMarker, VersionIdMarker } : undefined;
  }
  return places.toSorted();
}

const Customer = z.looseObject({ id: z.number(), email: z.string() });
const Order = z.looseObject({ customer: z.object({ id: z.number() }).nullish() });
const Certificate = z.looseObject({
  state: z.literal('done'),
  records: z.object({ removed: z.number(), masked: z.number(), stripped: z.number() }),
  versions: z.number(),
  answers: z.number(),
  not_searched: z.array(z.unknown()).length(0),
});

/** What a function has answered, or that it failed. */
const Answer = z.union([z.looseObject({ errorType: z.string() }), z.looseObject({})]);

export function erasureSuite({ targets, asEraser, execution }: ErasureWorld): void {
  const lake = () => s3Lake({ bucket: targets().lake });

  async function recordsOf<T>(prefix: string, schema: z.ZodType<T>): Promise<T[]> {
    const found: T[] = [];
    for await (const key of lake().keys(prefix))
      for (const line of (await textOf(await lake().get(key))).split('\n')) {
        const record = schema.safeParse(/^\{.*\}$/u.test(line) ? JSON.parse(line) : undefined);
        if (record.success) found.push(record.data);
      }
    return found;
  }

  async function ask(request: object): Promise<object> {
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = await asEraser();
    const client = new LambdaClient({
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    });
    const asked = new InvokeCommand({ FunctionName: targets().forget, Payload: JSON.stringify(request) });
    const { Payload } = await client.send(asked);
    return Answer.parse(JSON.parse(Buffer.from(Payload ?? '').toString('utf8')));
  }

  test('nothing of the person is left in any object, any version, nor any answer to a query', async () => {
    const orders = await recordsOf('raw/crm/orders/', Order);
    const customers = await recordsOf('raw/crm/customers/', Customer);
    const buyer = orders.find(({ customer }) => customers.some(({ id }) => id === customer?.id))?.customer?.id;
    const person = customers.find(({ id }) => id === buyer);
    if (person === undefined) throw new Error('No customer of the generated shop has an order.');
    const email = person.email.toLowerCase();
    const visitor = 'visitor-who-is-erased';
    const time = { event_time: `${day}T10:00:00.000Z`, received_at: `${day}T10:00:01.000Z` };
    const own = JSON.stringify(webEvent(901, { ...time, visitor_id: visitor, customer_id: String(person.id) }));
    const url = `https://shop.example/?email=${encodeURIComponent(email)}`;
    const others = JSON.stringify(webEvent(902, { ...time, visitor_id: 'another', page: { url } }));
    const put = (key: string, lines: readonly string[]) => lake().put(key, gzipSync(`${lines.join('\n')}\n`));
    const events = `raw/web/events/dt=${day}`;
    await put(`${events}/own.jsonl.gz`, [own, others]);
    // Both are only in past versions, before anything is erased: one was overwritten, one deleted.
    await put(`${events}/overwritten.jsonl.gz`, [own]);
    await put(`${events}/overwritten.jsonl.gz`, [JSON.stringify(webEvent(903, { ...time, visitor_id: 'another' }))]);
    await put(`${events}/deleted.jsonl.gz`, [own]);
    await lake().delete(`${events}/deleted.jsonl.gz`);
    const batch = sampleEvent([{ data: own, sequenceNumber: '1', arrivedAt: time.received_at }]);
    await lake().put('aws/lambda/sillage-dev-land/1.json', JSON.stringify({ payload: JSON.stringify(batch) }));
    await lake().put('notes/of-somebody.txt', `Call ${email} back.`);
    const results = s3Lake({ bucket: targets().results });
    await results.put('athena-results/1.csv', `email\n${email}\n`);
    expect(await execution()).toBe('SUCCEEDED');

    const { SecretString: secret = '' } = await new SecretsManagerClient({}).send(
      new GetSecretValueCommand({ SecretId: targets().secret }),
    );
    const wanted = [email, person.email, encodeURIComponent(email), String(person.id), visitor, pseudonymKey(secret).pseudonym(email)]; // prettier-ignore
    const before = await placesOf(targets().lake, wanted);
    for (const place of [
      'past raw/web/events/',
      'now raw/web/events/',
      'now raw/crm/customers/',
      'now raw/crm/orders/',
      'now curated/web_events/',
      'now curated/customers/',
      'now curated/orders/',
      'now marts/sessions/',
      'now aws/lambda/',
      'now notes/',
    ])
      // prettier-ignore
      expect([place, before.some((one) => one.startsWith(place))]).toEqual([place, true]);

    const request = { emails: [email] };
    await begin(lake(), 'a run');
    expect(await ask({ action: 'erase', ...request })).toMatchObject({
      errorMessage: expect.stringMatching(/in use/u),
    });
    await end(lake(), 'a run');
    expect(await ask({ action: 'erase', ...request })).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{16}$/u) });
    expect(await execution()).toBe('SUCCEEDED');
    const certificate = Certificate.parse(await ask({ action: 'prove', ...request }));
    expect(certificate.records).toMatchObject({ stripped: expect.any(Number), masked: 2 });
    expect(certificate.versions).toBeGreaterThan(before.filter((one) => one.startsWith('past ')).length);
    expect(certificate.answers).toBeGreaterThan(0);

    expect(await placesOf(targets().lake, wanted)).toEqual([]);
    expect(await placesOf(targets().results, wanted)).toEqual([]);
    // What the lake has of others is there, its past too.
    expect(await placesOf(targets().lake, ['"another"'])).toEqual(
      expect.arrayContaining([`now ${events}/own.jsonl.gz`, `now ${events}/overwritten.jsonl.gz`]),
    );
  });
}
