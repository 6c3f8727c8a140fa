import { visibleLines } from '../lambdas/shared/visible.ts';

/**
 * Says something to the person, on standard error. A message may quote what strangers wrote, or name files as they
 * named them.
 */
export function say(message: string): void {
  process.stderr.write(`${visibleLines(message)}\n`);
}

/** Tells a person, beside an answer that a program may read, what should be known of it. */
export function warn(line: string): void {
  say(`warning: ${line}`);
}
