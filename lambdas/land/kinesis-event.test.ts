import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { batchOf } from './kinesis-event.ts';
import { sampleEvent } from './samples.ts';

const event = sampleEvent([
  { data: 'a', sequenceNumber: '7', arrivedAt: '2025-03-30T00:00:06.501Z', shardId: 'shardId-000000000012' },
  {
    data: Buffer.from([0, 255]),
    sequenceNumber: '49600000000000000000000000000000000000000000000000000008',
    arrivedAt: '2025-03-30T00:00:07.000Z',
  },
]);
const records = [
  {
    stream: 'web',
    shardId: 'shardId-000000000012',
    sequenceNumber: '7',
    arrivedAt: new Date('2025-03-30T00:00:06.501Z'),
    data: Buffer.from('a'),
  },
  {
    stream: 'web',
    shardId: 'shardId-000000000000',
    sequenceNumber: '49600000000000000000000000000000000000000000000000000008',
    arrivedAt: new Date('2025-03-30T00:00:07.000Z'),
    data: Buffer.from([0, 255]),
  },
];

test('an event is read record by record, and one that was given up by the text in its record', () => {
  expect(batchOf(event)).toEqual({ records, isRedriven: false });
  const givenUp = { version: '1.0', KinesisBatchInfo: { batchSize: 2 }, payload: JSON.stringify(event) };
  expect(batchOf(givenUp)).toEqual({ records, isRedriven: true });
});

test.each(['web', 'web.2', 'a_b-c', 'X'])('its stream may be named %s', (name) => {
  const [first] = event.Records;
  const named = { Records: [{ ...first, eventSourceARN: `arn:aws:kinesis:eu-west-3:123456789012:stream/${name}` }] };
  expect(batchOf(named).records.map(({ stream }) => stream)).toEqual([name]);
});

test.each([
  ['nothing', undefined],
  ['no records', {}],
  ['records that are no list', { Records: {} }],
  ['a batch that was given up without its event', { KinesisBatchInfo: {} }],
  ['an event as text without what was given up', { payload: JSON.stringify(event) }],
  ...[
    { eventID: 'shardId-1' },
    { eventID: ':7' },
    { eventID: 'shardId-1:' },
    { eventID: 'a shardId-1:7' },
    { eventID: 'shardId-1:7 ' },
    { eventSourceARN: 'arn:aws:kinesis:eu-west-3:123456789012:stream/' },
    { eventSourceARN: 'arn:aws:kinesis:eu-west-3:123456789012:web' },
    { eventSourceARN: 'arn:aws:kinesis:eu-west-3:123456789012:stream/web/consumer:1' },
    { kinesis: { ...event.Records[0]?.kinesis, sequenceNumber: '7x' } },
    { kinesis: { ...event.Records[0]?.kinesis, sequenceNumber: '' } },
    { kinesis: { ...event.Records[0]?.kinesis, data: '{' } },
    { kinesis: { ...event.Records[0]?.kinesis, approximateArrivalTimestamp: '1743292806.5' } },
  ].map((over) => [JSON.stringify(over), { Records: [{ ...event.Records[0], ...over }] }] as const),
])('what is no batch is refused: %s', (_, given) => {
  expect(() => batchOf(given)).toThrow(z.ZodError);
});
