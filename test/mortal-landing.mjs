// The thread that lands, which dies as often as the file `deaths` of its lake has lines, each time when it is first
// asked.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

const path = join(z.object({ root: z.string() }).parse(workerData).root, 'deaths');
const [death, ...others] = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [''];
if (death) {
  writeFileSync(path, others.join('\n'));
  parentPort?.on('message', () => {
    if (death === 'exit') process.exit(3);
    throw new Error('The thread stumbled.');
  });
} else await import('../localstack/embedded/live/landing-worker.mjs');
