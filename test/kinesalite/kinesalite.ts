import { CreateStreamCommand, DescribeStreamSummaryCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../localstack/embedded/http/free-port.ts';

/**
 * A kinesalite that a test started for itself. In a process of its own, for it dies of requests that are broken off.
 */
export interface Kinesalite {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const cli = join(import.meta.dirname, '../../node_modules/kinesalite/cli.js');

/** How long a stream takes to be made or changed there, ms: real streams take seconds. */
const changeMs = 5;

/** Starts kinesalite on a free port of this machine, and waits until it listens. */
export async function startKinesalite(): Promise<Kinesalite> {
  const port = await freePort();
  const args = [
    cli,
    '--port',
    String(port),
    '--createStreamMs',
    String(changeMs),
    '--updateStreamMs',
    String(changeMs),
    '--deleteStreamMs',
    String(changeMs),
    '--shardLimit',
    '10000',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  // It says where it listens, once it does.
  const said = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!said) throw new Error(`kinesalite ended at once, with exit code ${child.exitCode}.`);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** Waits until a stream is made or changed. */
export async function untilActive(client: KinesisClient, name: string): Promise<void> {
  for (;;) {
    const { StreamDescriptionSummary: found } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName: name }),
    );
    if (found?.StreamStatus === 'ACTIVE') return;
    await sleep(changeMs);
  }
}

/** Makes a stream, and waits until it is there. */
export async function makeStream(client: KinesisClient, name: string, shards: number): Promise<void> {
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  await untilActive(client, name);
}
