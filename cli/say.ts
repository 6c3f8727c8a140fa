import { visibleLines } from '../lambdas/shared/visible.ts';
import { paragraph } from './cut.ts';
import { inLake } from './in-lake.ts';

/**
 * Says something to the person, on standard error. A message may quote what strangers wrote, or name files as they
 * named them.
 */
export function say(message: string): void {
  process.stderr.write(`${visibleLines(inLake(message))}\n`);
}

/** The width of the terminal on standard error; undefined where there is none. */
export const messageWidth = (): number | undefined => (process.stderr.isTTY ? process.stderr.columns || 80 : undefined);

/** What should be known of an answer, in lines of so many columns, where anything limits them. */
export const warningText = (line: string, width: number | undefined): string =>
  inLake(`warning: ${line}`)
    .split('\n')
    .map((part) => paragraph(part, width))
    .join('\n');

/** Tells a person, beside an answer that a program may read, what should be known of it. */
export function warn(line: string): void {
  say(warningText(line, messageWidth()));
}
