import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { land } from '../../lambdas/land/land.ts';
import { landMapping } from '../../lambdas/land/mapping.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { webEvent } from '../small-lake.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { fileCheckpoints } from '../../localstack/embedded/event-source-mapping/checkpoints.ts';
import { lakeDestination } from '../../localstack/embedded/event-source-mapping/failed.ts';
import { startMapping } from '../../localstack/embedded/event-source-mapping/mapping.ts';
import { openLogStream } from '../../localstack/embedded/stream/log-stream.ts';
import { folder } from '../support-sillage.ts';

const root = folder('embedded-stream');
const catalog = loadCatalog();

test('on a laptop: a stream of files is landed as land is mapped, and goes on where it was', async () => {
  const lake = filesLake(root);
  const stream = await openLogStream(root, { name: 'web', shards: 2 });
  const problems: unknown[] = [];
  const drain = async () => {
    const mapping = startMapping({
      stream,
      name: 'web',
      mapping: landMapping,
      checkpoints: fileCheckpoints(root, 'web', 'land'),
      onFailure: lakeDestination(lake, 'land'),
      invoke: (event) => land({ lake, catalog }, event),
      onProblem: (error) => problems.push(error),
      sleep: (ms, signal) => pause(ms / 200, undefined, { signal }),
    });
    await mapping.drained();
    await mapping.stop();
  };
  const sent: string[] = [];
  const send = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      const text = JSON.stringify(webEvent(n));
      sent.push(text);
      await stream.put([{ data: Buffer.from(text), partitionKey: `v${n}` }]);
    }
  };
  await send(0, 20);
  await drain();
  await send(20, 30);
  await stream.split('shardId-000000000001');
  await send(30, 50);
  await drain();
  await stream.close();

  const lines: string[] = [];
  for await (const { key } of lake.list(''))
    lines.push(
      ...gunzipSync(await lake.get(key))
        .toString('utf8')
        .trimEnd()
        .split('\n'),
    );
  expect(lines.toSorted()).toEqual(sent.toSorted());
  expect(problems).toEqual([]);
});
