import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import stringWidth from 'string-width';
import { fitted } from './help-text.ts';
import { program } from './program.ts';

/** What a shell makes of a command line, one argument a line. */
const asShell = (command: string) =>
  spawnSync('sh', ['-c', `sillage() { for one; do echo "[$one]"; done; }\n${command}`], { encoding: 'utf8' }).stdout;

test('sentences are filled up to the width, and an empty line parts paragraphs', () => {
  expect(fitted('One two\nthree four five.\n\nSix.', 15)).toBe('One two three\nfour five.\n\nSix.');
  expect(fitted('\nExample:\n  sillage run', 15)).toBe('\nExample:\n  sillage run');
});

describe('an example', () => {
  test('that fits is left as it is', () => {
    const line = '  sillage run --from 2025-02-01     only these days';
    expect(fitted(line, 51)).toBe(line);
  });

  test('has what it does below it where that does not fit', () =>
    expect(fitted('  sillage run --verify      every byte of the lake', 30)).toBe(
      '  sillage run --verify\n      every byte of the lake',
    ));

  test('is broken where a shell takes it as it was, and no option is parted from its value', () => {
    const lines = [
      'sillage run --from 2025-02-01 --to 2025-02-28',
      `sillage query "SELECT channel, sum(eur) FROM roi WHERE model = 'last non direct' GROUP BY 1"`,
      `sillage shop --set 'annotations=[{"day": "2025-03-10", "text": "Launch of the serum"}]'`,
    ];
    for (const line of lines) {
      const broken = fitted(`  ${line}`, 30);
      expect(broken).toContain('\n');
      expect(broken).not.toMatch(/--\S+ \\$/m);
      expect(asShell(broken).replaceAll(/\s+/g, ' ')).toBe(asShell(line).replaceAll(/\s+/g, ' '));
    }
    // Of values nothing is changed, not even a space.
    expect(fitted(`  ${lines[1]}`, 30)).toContain(`'last non direct'`);
    expect(fitted(`  ${lines[2]}`, 30)).toContain('"Launch of the serum"');
  });
});

describe('the help of every command', () => {
  const helps: (readonly [command: string, help: string])[] = [];

  beforeAll(async () => {
    const told = (command: Command, name: string) => {
      let help = '';
      command.configureOutput({ getOutHelpWidth: () => 80, writeOut: (text) => void (help += text) }).outputHelp();
      helps.push([name, help]);
      for (const one of command.commands) told(one, `${name} ${one.name()}`);
    };
    told(await program(), 'sillage');
  });

  test('fits a terminal of 80 columns', () => {
    expect(helps.length).toBeGreaterThan(30);
    expect(
      helps.flatMap(([name, help]) =>
        help.split('\n').flatMap((line) => (stringWidth(line) > 80 ? [`${name}: ${line}`] : [])),
      ),
    ).toEqual([]);
  });

  test('says what it does', () => {
    expect(helps.filter(([, help]) => !/^Usage: sillage[^\n]*(?:\n {2,}[^\n]*)*\n\n\S/.test(help))).toEqual([]);
  });
});
