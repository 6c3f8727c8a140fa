import { afterEach, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { inLake, lakeCommands, speakOfLake } from './in-lake.ts';
import { lookedLines } from './import-lines.ts';
import { program } from './program.ts';
import { warningText } from './say.ts';

afterEach(() => speakOfLake(''));

test.each([
  [
    'Then take it out again (sillage import --undo FILE).',
    'Then take it out again (sillage import --lake shop --undo FILE).',
  ],
  [
    '"sillage run" builds it; “sillage shop” shows it',
    '"sillage run --lake shop" builds it; “sillage shop --lake shop” shows it',
  ],
  ['sillage shop map "a" = "b"', 'sillage shop map --lake shop "a" = "b"'],
  // One that names a lake already, beside one that does not.
  ['sillage import A; then sillage run --lake shop', 'sillage import --lake shop A; then sillage run --lake shop'],
  [
    'Look with "sillage status", or name its folder with --lake.',
    'Look with "sillage status", or name its folder with --lake.',
  ],
  ['If no sillage runs, delete it: sillage doctor', 'If no sillage runs, delete it: sillage doctor'],
  ['one\nsillage status', 'one\nsillage status --lake shop'],
])('a command in a message is of the lake that was named: %s', (message, expected) => {
  expect(inLake(message, ' --lake shop')).toBe(expected);
  expect(inLake(message, '')).toBe(message);
});

test('every command that takes --lake is known, and no other', async () => {
  const leaves = (command: Command, words: string): string[] => [
    ...(command.options.some(({ long }) => long === '--lake') ? [words.trim()] : []),
    ...command.commands.flatMap((one) => leaves(one, `${words} ${one.name()}`)),
  ];
  const taking = leaves(await program(), '').filter((words) => words !== 'doctor');
  // A message of a source of the simulated market names all of them.
  expect(taking.filter((words) => !/^generate (?!all)/.test(words)).toSorted()).toEqual([...lakeCommands].toSorted());
});

test('warnings and what an import says of a file are of the lake, in lines that the terminal holds', () => {
  speakOfLake(' --lake shop');
  const said = `Of these orders something is wrong that no figure shows: sillage import --undo FILE takes them out`;
  expect(
    warningText(said, 40)
      .split('\n')
      .every((line) => line.length <= 40),
  ).toBe(true);
  expect(warningText(said, undefined)).toBe(`warning: ${inLake(said)}`);
  expect(warningText(said, 40).replaceAll('\n', ' ')).toBe(`warning: ${inLake(said)}`);
  expect(lookedLines({ kind: 'refused', name: 'a.csv', why: said }).join('\n')).toContain('import --lake shop --undo');
});
