import { createInterface } from 'node:readline/promises';
import { visible } from '../lambdas/shared/visible.ts';
import { Interrupted } from './interrupted.ts';

/** Asks a question whose answer is yes where a person says so, and no otherwise. @throws Interrupted by Ctrl-C */
export const isAgreed = async (question: string): Promise<boolean> =>
  /^\s*(?:y|yes|o|oui)\s*$/i.test(await ask(`${question} [y/N] `));

/**
 * Asks a person at the terminal. @returns what they typed; nothing where they ended the input (Ctrl-D)
 * @throws Interrupted by Ctrl-C
 */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // While a line is read the terminal is in raw mode: Ctrl-C is a key, and what is asked would stay without an answer
  // for ever.
  const ended = new Promise<string>((resolve, reject) => {
    lines.once('SIGINT', () => reject(new Interrupted('SIGINT')));
    lines.once('close', () => resolve(''));
  });
  try {
    return await Promise.race([lines.question(visible(question)), ended]);
  } finally {
    lines.close();
    process.stderr.write(process.stderr.isTTY ? '\n' : '');
  }
}
