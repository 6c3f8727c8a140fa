import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../localstack/embedded/http/free-port.ts';

/** A moto server that a test started for itself. */
export interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** The Python that has moto, or why there is none. */
export type MotoFound = { readonly python: string } | { readonly missing: string };

/** Looks for moto in the Python that MOTO_PYTHON names, or in `python3`. */
export function findMoto(env: NodeJS.ProcessEnv = process.env): MotoFound {
  const python = env['MOTO_PYTHON'] ?? 'python3';
  const found = spawnSync(python, ['-c', 'import flask, moto.server'], { encoding: 'utf8' });
  if (found.status === 0) return { python };
  return {
    missing: `${python} has no moto: pip install 'moto[server,s3,kinesis]', and name that Python in MOTO_PYTHON`,
  };
}

/** Why tests must not go on without moto: CI skips nothing, unless SILLAGE_ALLOW_SKIPS says that it may. */
export function complaint(found: MotoFound, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if ('python' in found || env['CI'] !== 'true' || env['SILLAGE_ALLOW_SKIPS'] !== undefined) return undefined;
  return `${found.missing}. On CI this may only be skipped with SILLAGE_ALLOW_SKIPS=1.`;
}

/**
 * moto's server, which answers one request at a time: by its own word its shards are "not safe for concurrency". Of two
 * records that are put at the same moment, one was gone (in 3 of 40 rounds of 16 writers), which no Kinesis does.
 */
const server = `
import sys, threading
from moto import server
turn = threading.Lock()
answer = server.DomainDispatcherApplication.__call__
def in_turn(self, environ, start_response):
    with turn:
        return answer(self, environ, start_response)
server.DomainDispatcherApplication.__call__ = in_turn
server.main(sys.argv[1:])
`;

/** How long moto may take to answer: Python imports a great deal, and the machine may be busy. */
const patienceMs = 600_000;

async function untilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`moto ended at once, with exit code ${child.exitCode}.`);
    const answer = await fetch(`${endpoint}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (Date.now() > deadline) throw new Error(`moto did not answer at ${endpoint} within ${patienceMs / 1000} s.`);
    await sleep(50);
  }
}

/** Starts moto on a free port of this machine, gives the process credentials, and waits until it answers. */
export async function startMoto(python: string): Promise<Moto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(python, ['-c', server, '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await untilItAnswers(endpoint, child);
  // It takes any.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  return {
    endpoint,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
