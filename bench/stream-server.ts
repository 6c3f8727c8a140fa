/**
 * The collector with its stream and `land`, in a process of its own, for the bench: `node --import tsx
 * bench/stream-server.ts FOLDER`. Speaks JSON lines.
 */
import { startCollecting } from '../localstack/embedded/live/collecting.ts';

const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
let landed = 0;
const collecting = await startCollecting(process.argv[2] ?? '', {
  port: 0,
  onProblem: (error) => say({ problem: String(error) }),
  onLanded: (batch) => {
    landed += batch.landed;
  },
});
say({ url: collecting.url });
const watch = setInterval(() => say({ rss: process.memoryUsage().rss, landed, cpu: process.cpuUsage() }), 1000);
process.once('SIGTERM', () => {
  clearInterval(watch);
  collecting.close().then(
    () => say({ landed }),
    (error: unknown) => say({ problem: String(error) }),
  );
});
