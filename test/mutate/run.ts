/**
 * `npm run mutate -- --room athena --sample 40 --seed 7`: whether the tests of a room bite. Small faults are made in
 * its sources, one at a time and in a copy; a fault that no test finds is printed. Without `--room`, all rooms;
 * `--file` narrows to paths that have it in them; with `--within 60` the tests of one mutant compute 60 seconds at
 * most. Ends with 1 where a fault survived for which accepted.json has no reason.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mutate, readAccepted, type Verdict } from './mutate.ts';
import { rooms } from './rooms.ts';
import { intervalOf, scoreOf } from './score.ts';

const { values } = parseArgs({
  options: {
    room: { type: 'string', multiple: true, default: Object.keys(rooms) },
    sample: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string' },
    within: { type: 'string' },
  },
});

// Jest and the copy go with this process, also where a person ends it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const say = (line: string) => process.stdout.write(`${line}\n`);
const whole = (name: string, text: string) => {
  if (!/^\d+$/u.test(text)) throw new Error(`--${name} ${text} is no number: give one, as --${name} 40.`);
  return Number(text);
};
const count = (verdicts: readonly Verdict[], ...of: readonly Verdict[]) =>
  verdicts.filter((verdict) => of.includes(verdict)).length;

let survived = 0;
for (const name of values.room) {
  const room = rooms[name];
  if (room === undefined) throw new Error(`There is no room "${name}". The rooms: ${Object.keys(rooms).join(', ')}.`);
  const found = await mutate({
    root: resolve(import.meta.dirname, '../..'),
    room,
    sample: whole('sample', values.sample),
    seed: whole('seed', values.seed),
    file: values.file,
    accepted: readAccepted(),
    ...(values.within === undefined ? {} : { cpuSeconds: whole('within', values.within) }),
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
    `${name}, seed ${values.seed}: ${score.of === 0 ? 'nothing to try' : `${percent(score.killed / score.of)} % (${low} to ${high})`}: ${all.join(', ')}`,
  );
}
process.exitCode = survived > 0 ? 1 : 0;
