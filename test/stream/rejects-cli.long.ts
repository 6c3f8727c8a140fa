import { expect, test } from '@jest/globals';
import { land } from '../../lambdas/land/land.ts';
import { sampleEvent } from '../../lambdas/land/samples.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { uuid, webEvent } from '../small-lake.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { filesUnder, folder, inTurn } from '../support-sillage.ts';

const root = folder('landed-rejects');

test('what land refuses is listed, is left alone by runs and replays, and is said to be nothing to judge again', async () => {
  const arrivedAt = '2025-01-05T10:00:01Z';
  const texts = [
    JSON.stringify(webEvent(1)),
    'no JSON',
    Buffer.from([0x7b, 0xff]),
    JSON.stringify(webEvent(2, { event_id: 'no id' })),
  ];
  await land(
    { lake: filesLake(root), catalog: loadCatalog() },
    sampleEvent(texts.map((data, i) => ({ data, sequenceNumber: String(101 + i), arrivedAt }))),
  );
  const landed = filesUnder(`${root}/ops/rejects`);
  const [run, counts, one, unknown, replay, replayAll, again] = await inTurn(
    ['run', '--lake', root],
    ['rejects', '--lake', root, '--json'],
    ['rejects', '--lake', root, '--table', 'raw_web_events', '--limit', '5', '--raw', '--json'],
    ['rejects', '--lake', root, '--table', 'raw_web_event'],
    ['replay', '--lake', root, '--table', 'raw_web_events'],
    ['replay', '--lake', root],
    ['query', '--lake', root, '--json', 'SELECT event_id FROM web_events'],
  );
  expect(run?.code).toBe(0);
  expect(JSON.parse(counts?.stdout ?? '')).toEqual([
    expect.objectContaining({
      table_name: 'raw_web_events',
      reason: 'malformed:record',
      records: 1,
      first_day: '2025-01-05',
    }),
    expect.objectContaining({ table_name: 'raw_web_events', reason: 'not_utf8:record', records: 1 }),
    expect.objectContaining({ table_name: 'web_events', reason: 'pattern:event_id', records: 1 }),
  ]);
  expect(JSON.parse(one?.stdout ?? '')).toEqual([
    {
      table_name: 'raw_web_events',
      dt: '2025-01-05',
      reasons: ['malformed:record'],
      messages: [expect.stringMatching(/^The line is not one whole JSON object/)],
      object: 'web/shardId-000000000000/102',
      line: 1,
      record: 'no JSON',
    },
    {
      table_name: 'raw_web_events',
      dt: '2025-01-05',
      reasons: ['not_utf8:record'],
      messages: [expect.stringMatching(/^The line is not written in UTF-8/)],
      object: 'web/shardId-000000000000/103',
      line: 1,
      record: '{\uFFFD',
    },
  ]);
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/those that do are .*web_events.*, raw_web_events\.$/m),
  });
  const advice =
    '2 records of the stream could not be read, so no raw object has them: there is nothing to judge again.';
  expect(replay).toMatchObject({ code: 0, stderr: expect.stringContaining(advice) });
  expect(replay?.stderr).toContain('nothing to replay');
  expect(replayAll?.stderr).toContain(advice);
  expect(replayAll?.stderr).toContain('replayed 1 slices: 1 records were refused before, 1 are now');
  expect(JSON.parse(again?.stdout ?? '')).toEqual([{ event_id: uuid(1) }]);
  expect(filesUnder(`${root}/ops/rejects`)).toEqual(expect.arrayContaining(landed));
});
