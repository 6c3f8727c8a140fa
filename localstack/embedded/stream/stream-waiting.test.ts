import { expect, test } from '@jest/globals';
import { packed } from '../../../lambdas/land/aggregated.ts';
import { fileCheckpoints } from '../event-source-mapping/checkpoints.ts';
import { firstShard, freshRoot, openWeb } from './log-fixture.ts';
import { waitingInStream } from './stream-waiting.ts';

const web = { name: 'web', consumer: 'land' };

test('events that nobody lands are told, until they are landed; while somebody is at work nothing is', async () => {
  const root = await freshRoot();
  expect(await waitingInStream(root, web)).toEqual([]);
  const stream = await openWeb(root);
  const one = Buffer.from('a');
  await stream.put([
    { data: one, partitionKey: 'k' },
    { data: packed('k', [one, one, one]), partitionKey: 'k' },
  ]);
  expect(await waitingInStream(root, web)).toEqual([]);
  const { after } = await stream.read(firstShard, undefined, 1);
  const { after: last } = await stream.read(firstShard, undefined, 10);
  await stream.close();
  expect(await waitingInStream(root, web)).toEqual([expect.stringMatching(/^4 events wait in the stream web, /)]);
  const checkpoints = fileCheckpoints(root, 'web', 'land');
  await checkpoints.save(firstShard, { after, isFinished: false });
  expect(await waitingInStream(root, web)).toEqual([expect.stringMatching(/^3 events wait/)]);
  await checkpoints.save(firstShard, { after: last, isFinished: false });
  expect(await waitingInStream(root, web)).toEqual([]);
});
