import { expect, test } from '@jest/globals';
import { requestOf, usage, UsageError } from './command-line.ts';

test('words that are left out have their defaults', () => {
  const request = requestOf([]);
  if (request === 'help') throw new Error('Nobody asked for help.');
  expect(request).toMatchObject({ sample: 40, seed: 1, file: undefined, within: undefined });
  expect(request.rooms.map(([name]) => name)).toEqual([
    'transform', 'land', 'collect', 'model', 'slices', 'athena', 'stream', 'files',
  ]); // prettier-ignore
});

test('each option is read', () => {
  const words = '--room land --room files --sample 20 --seed 41 --file lock.ts --within 14'.split(' ');
  expect(requestOf(words)).toEqual({
    rooms: [
      ['land', { sources: ['lambdas/land'], tests: ['lambdas/land'] }],
      ['files', { sources: ['localstack/embedded/lake'], tests: ['localstack/embedded/lake'] }],
    ],
    sample: 20,
    seed: 41,
    file: 'lock.ts',
    within: 14,
  });
});

test.each(['--help', '-h', '--room land --help'])('%s asks for the usage', (words) => {
  expect(requestOf(words.split(' '))).toBe('help');
});

test.each([
  [['--rooms', 'land'], "Unknown option '--rooms'"],
  [['land'], "Unexpected argument 'land'"],
  [['--room'], 'argument missing'],
  [['--room', 'attic'], 'There is no room "attic".'],
  [['--sample', 'all'], '--sample all is no number'],
  [['--seed', '4.5'], '--seed 4.5 is no number'],
  [['--within', '1m'], '--within 1m is no number'],
])('%j is a mistake that is told', (words, told) => {
  expect(() => requestOf(words)).toThrow(UsageError);
  expect(() => requestOf(words)).toThrow(told);
});

test('the usage names each option', () => {
  for (const option of ['room', 'sample', 'seed', 'file', 'within', 'help']) expect(usage).toContain(`  --${option} `);
});
