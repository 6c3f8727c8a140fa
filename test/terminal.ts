/** A terminal of its own for `sillage`: a pseudo-terminal that `script` of util-linux makes. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { environment, repository } from './in-turn.ts';

/** Whether `script` is here, and of util-linux: that of BSD has other options. */
export const hasTerminal = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

export const ctrlC = '\u0003';

export interface Terminal {
  /** All that was shown until now. */
  shown(): string;
  /**
   * Waits until something is shown that was not there before the last call.
   * @throws Error where the program ends without it
   */
  until(what: RegExp): Promise<string>;
  type(keys: string): void;
  /** What the program ended with, as a shell tells it: 130 where Ctrl-C killed it. */
  readonly code: Promise<number | null>;
}

const quoted = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Starts `sillage` in a terminal. */
export function inTerminal(
  args: readonly string[],
  { columns = 80, env = {} }: { readonly columns?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Terminal {
  const command = [process.execPath, join(repository, 'bin/sillage.mjs'), ...args].map(quoted).join(' ');
  const child: ChildProcess = spawn('script', ['-qec', `stty cols ${columns} rows 40; exec ${command}`, '/dev/null'], {
    cwd: repository,
    env: { ...environment, TERM: 'xterm', SHELL: '/bin/sh', CI: '', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let seen = 0;
  let isOver = false;
  let wake = (): void => undefined;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    wake();
  });
  child.stdin?.on('error', () => undefined);
  const code = once(child, 'close').then(() => {
    isOver = true;
    wake();
    return child.exitCode;
  });
  return {
    shown: () => shown,
    code,
    type: (keys) => void child.stdin?.write(keys),
    async until(what) {
      for (;;) {
        const found = what.exec(shown.slice(seen));
        if (found) {
          seen += found.index + found[0].length;
          return found[0];
        }
        if (isOver) throw new Error(`It ended with ${child.exitCode} before it showed ${String(what)}:\n${shown}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
