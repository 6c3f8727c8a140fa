import { expect, test } from '@jest/globals';
import { memoryLake } from '../../../lambdas/shared/ports/memory-lake.ts';
import { kinesisEvent } from './event.ts';
import { failedPrefix, invocationRecord, lakeDestination } from './failed.ts';
import { recordsOf } from './fixture.ts';

test('a batch that is given up is kept under the day on which its first record arrived', async () => {
  const kept: unknown[] = [];
  const lake = memoryLake();
  const destination = lakeDestination(
    { ...lake, put: (key, body, options) => (kept.push(key, options), lake.put(key, body, options)) },
    'land',
  );
  const failedAt = new Date('2026-03-12T12:00:09.000Z');
  const batch = { stream: 'web', shardId: 's', condition: 'RecordAgeExceeded', invocations: 1, failedAt } as const;
  await destination({ ...batch, records: recordsOf(2) });
  expect(kept).toEqual(['raw/failed/land/s/2026/03/10/0.json', { contentType: 'application/json' }]);
});

test.each([
  [0, null],
  [1, { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' }],
])('a batch that was tried %d times is told with the answer %j', (invocations, responseContext) => {
  const failedAt = new Date('2026-03-10T12:00:09.000Z');
  const batch = { stream: 'web', shardId: 's', condition: 'RecordAgeExceeded', invocations, failedAt } as const;
  expect(invocationRecord('land', { ...batch, records: recordsOf(3) })).toEqual({
    requestContext: {
      requestId: 's:0',
      functionArn: 'arn:aws:lambda:eu-west-3:000000000000:function:land',
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: invocations,
    },
    responseContext,
    version: '1.0',
    timestamp: '2026-03-10T12:00:09.000Z',
    KinesisBatchInfo: {
      shardId: 's',
      startSequenceNumber: '0',
      endSequenceNumber: '2',
      approximateArrivalOfFirstRecord: '2026-03-10T12:00:00.000Z',
      approximateArrivalOfLastRecord: '2026-03-10T12:00:02.000Z',
      batchSize: 3,
      streamArn: 'arn:aws:kinesis:eu-west-3:000000000000:stream/web',
    },
    payload: JSON.stringify(kinesisEvent('web', 's', recordsOf(3))),
  });
});

test('the batches of each function that were given up have a folder of their own', () =>
  expect(failedPrefix('land')).toBe('raw/failed/land/'));
