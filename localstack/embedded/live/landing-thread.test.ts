import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { home } from '../../../lambdas/shared/home.ts';
import { filesLake } from '../lake/files-lake.ts';
import { freshRoot } from '../stream/log-fixture.ts';
import { openLogStream, type LogStream } from '../stream/log-stream.ts';
import { landedStream } from './landing.ts';
import { startLandingThread } from './landing-thread.ts';

const mortal = new URL('test/mortal-landing.mjs', home);

async function streamWith(root: string, ...ids: readonly string[]): Promise<LogStream> {
  const stream = await openLogStream(root, { name: landedStream.name, shards: 1 });
  const at = '2026-01-05T10:00:00.000Z';
  await stream.put(
    ids.map((id) => ({
      data: Buffer.from(JSON.stringify({ event_id: id, event_time: at, received_at: at })),
      partitionKey: 'v',
    })),
  );
  return stream;
}

async function keysOf(root: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of filesLake(root).keys('raw/')) keys.push(key);
  return keys;
}

test('a thread that dies is told, and another answers what it was asked, and lands what it has not', async () => {
  const root = await freshRoot();
  const stream = await streamWith(root, 'a', 'b');
  await writeFile(join(root, 'deaths'), 'throw\nexit');
  const problems: string[] = [];
  let events = 0;
  const landing = startLandingThread(
    root,
    { onLanded: (landed) => (events += landed.events), onProblem: (error) => problems.push(String(error)) },
    mortal,
  );
  await landing.landed();
  expect([events, (await keysOf(root)).length]).toEqual([2, 1]);
  await landing.close();
  await stream.close();
  const ended = 'Error: The thread that lands the events has ended; another goes on from where it was.';
  expect(problems).toEqual(['Error: The thread stumbled.', ended, ended]);
});

test('closing while no thread is up ends at once; what was asked is answered with an error, and what is in the stream stays', async () => {
  const root = await freshRoot();
  const stream = await streamWith(root, 'a');
  await writeFile(join(root, 'deaths'), 'throw\n'.repeat(50));
  let hear = (): void => undefined;
  const died = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const landing = startLandingThread(
    root,
    {
      onLanded: () => undefined,
      onProblem: (error) => {
        if (String(error).includes('has ended')) hear();
      },
    },
    mortal,
  );
  const asked = landing.landed().then(() => 'landed', String);
  await died;
  await landing.close();
  expect(await asked).toBe('Error: The landing was stopped before all had landed.');
  await expect(landing.landed()).rejects.toThrow('The landing was stopped');
  expect(await keysOf(root)).toEqual([]);
  await stream.close();
  const again = startLandingThread(root, { onLanded: () => undefined, onProblem: () => undefined });
  await again.close();
  expect(await keysOf(root)).toHaveLength(1);
});
