import { visibleLines } from '../lambdas/shared/visible.ts';

/**
 * Says something to the person, on standard error. A message may quote what strangers wrote, or name files as they
 * named them.
 */
export function say(message: string): void {
  process.stderr.write(`${visibleLines(message)}\n`);
}

/** The width of the terminal on standard error; undefined where there is none. */
export const messageWidth = (): number | undefined => (process.stderr.isTTY ? process.stderr.columns || 80 : undefined);

/** Tells a person, beside an answer that a program may read, what should be known of it. */
export function warn(line: string): void {
  say(`warning: ${line}`);
}
