/** `npm run mutate -- --room athena --sample 40 --seed 7`: whether the tests of a room bite. */
import { resolve } from 'node:path';
import { requestOf, usage, UsageError, type Request } from './command-line.ts';
import { mutate, readAccepted, type Verdict } from './mutate.ts';
import { intervalOf, scoreOf } from './score.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const count = (verdicts: readonly Verdict[], ...of: readonly Verdict[]) =>
  verdicts.filter((verdict) => of.includes(verdict)).length;

/** Tries each room. @returns how many faults survived */
async function tryRooms({ rooms, sample, seed, file, within }: Request): Promise<number> {
  let survived = 0;
  for (const [name, room] of rooms) {
    const found = await mutate({
      root: resolve(import.meta.dirname, '../..'),
      room,
      sample,
      seed,
      file,
      accepted: readAccepted(),
      ...(within === undefined ? {} : { cpuSeconds: within }),
      onVerdict: (mutant, verdict, test) => {
        say(`${verdict}: ${mutant.file}:${mutant.line}${test === undefined ? '' : ` (${test})`}`);
        if (verdict === 'survived') say(`  - ${mutant.before}\n  + ${mutant.after}`);
      },
    });
    const verdicts = [...found.values()];
    const score = scoreOf(verdicts);
    const percent = (share: number) => (share * 100).toFixed(1);
    const [low, high] = intervalOf(score.killed, score.of).map(percent);
    survived += count(verdicts, 'survived');
    const all = (['killed', 'endless', 'survived', 'accepted', 'invalid'] as const).map(
      (verdict) => `${count(verdicts, verdict)} ${verdict}`,
    );
    say(
      `${name}, seed ${seed}: ` +
        `${score.of === 0 ? 'nothing to try' : `${percent(score.killed / score.of)} % (${low} to ${high})`}: ${all.join(', ')}`,
    );
  }
  return survived;
}

// Jest and the copy go with this process, also where a person ends it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  const request = requestOf(process.argv.slice(2));
  if (request === 'help') process.stdout.write(usage);
  else process.exitCode = (await tryRooms(request)) > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
