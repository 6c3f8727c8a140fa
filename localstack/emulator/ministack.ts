import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { answersWell, selfSigned } from './self-signed.ts';

/** The release of ministack that the stacks are proved with: young, and changing by the week. */
export const ministackVersion = '1.5.33';

/** An emulator of AWS on this machine: what it holds is gone when it stops. */
export interface Ministack {
  readonly endpoint: string;
  /** What a client of AWS needs to be told of it. */
  readonly env: Readonly<Record<string, string>> & { readonly AWS_REGION: string };
  stop(): Promise<void>;
}

/** Why the Python that MINISTACK_PYTHON names has no ministack; undefined where it has it. */
export function ministackMissing(python: string): string | undefined {
  const found = spawnSync(
    python,
    ['-c', 'import importlib.metadata as m; import duckdb; print(m.version("ministack"))'],
    { encoding: 'utf8' },
  );
  if (found.status === 0 && found.stdout.trim() === ministackVersion) return undefined;
  return (
    `${python} has no ministack ${ministackVersion}: pip install 'ministack==${ministackVersion}' duckdb, and ` +
    'name that Python in MINISTACK_PYTHON'
  );
}

/** How long it may take to answer on a busy machine. */
const patienceMs = 300_000;

async function untilItAnswers(endpoint: string, child: ChildProcess, isHealthy: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ministack ended at once, with exit code ${child.exitCode}.`);
    if (await isHealthy().catch(() => false)) return;
    if (Date.now() > deadline)
      throw new Error(`ministack did not answer at ${endpoint} within ${patienceMs / 1000} s.`);
    await sleep(100);
  }
}

/** What a client of AWS needs to be told to speak to an emulator. */
export const emulatorEnv = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  // One key for one kind of account: the CDK remembers which account a key is of.
  AWS_ACCESS_KEY_ID: 'sillageministack',
  AWS_SECRET_ACCESS_KEY: 'sillageministack',
  AWS_REGION: 'eu-west-3',
  AWS_DEFAULT_REGION: 'eu-west-3',
  AWS_EC2_METADATA_DISABLED: 'true',
});

export interface MinistackOptions {
  /**
   * Judges every request by its signature, the policies of who sends it, and that of the bucket, as IAM does. It speaks
   * TLS then, since the buckets deny what comes without. Default: everybody may do everything.
   */
  readonly guarded?: boolean;
}

/** Starts ministack on a port of this machine, for this machine alone, and waits until it answers. */
export async function startMinistack(
  python: string,
  home: string,
  port: number,
  { guarded = false }: MinistackOptions = {},
): Promise<Ministack> {
  await mkdir(home, { recursive: true });
  const tls = guarded ? await selfSigned(home) : undefined;
  const endpoint = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const env = {
    ...emulatorEnv(endpoint),
    // Node and the CDK read one each.
    ...(tls && { NODE_EXTRA_CA_CERTS: tls.certificate, AWS_CA_BUNDLE: tls.certificate }),
  };
  const child = spawn(python, ['-m', 'ministack'], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'ignore'],
    // A group of its own, with its Lambda functions, to be ended together.
    detached: true,
    env: {
      ...process.env,
      ...env,
      GATEWAY_PORT: String(port),
      EDGE_PORT: String(port),
      // By itself it listens to the whole network, and to MQTT.
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      SFN_WAIT_SCALE: '0',
      MINISTACK_REGION: 'eu-west-3',
      TMPDIR: home,
      LOG_LEVEL: 'WARNING',
      // It listens to port 443 as well, where it may.
      ...(tls && { AUTH: 'true', USE_SSL: '1', MINISTACK_SSL_CERT: tls.certificate, MINISTACK_SSL_KEY: tls.key }),
    },
  });
  const ended = once(child, 'exit');
  // Asked to end, it may wait for its functions without end; and it holds nothing that would be worth to keep.
  const kill = () => {
    const runs = child.exitCode === null && child.signalCode === null;
    if (runs && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  try {
    await untilItAnswers(endpoint, child, () => answersWell(`${endpoint}/_ministack/health`, tls));
  } catch (error) {
    kill();
    throw error;
  }
  return {
    endpoint,
    env,
    async stop() {
      kill();
      await ended;
    },
  };
}
