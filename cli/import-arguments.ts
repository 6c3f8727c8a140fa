/** What a person says of files that are imported: read, and held against what the files have. */
import { nativeNames } from '../lambdas/import/answers.ts';
import { folded } from '../lambdas/import/folded.ts';
import type { Looked } from '../lambdas/import/looked.ts';
import { meaningsOfStates, SaidStates } from '../lambdas/import/shapes/order-states.ts';
import { shapes } from '../lambdas/import/shapes/shapes.ts';
import { UsageError } from './context.ts';

const feeds = () => [...shapes.map(({ name }) => name), ...nativeNames()];

export function feedArgument(name: string): string {
  if (!feeds().includes(name)) throw new UsageError(`--feed ${name} is not known; those are: ${feeds().join(', ')}.`);
  return name;
}

/** `Budget TTC=fee`. */
export function mapArgument(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.lastIndexOf('=');
  const [heading, field] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  const fields = [...new Set(shapes.flatMap((shape) => Object.keys(shape.fields)))];
  if (at < 1 || heading === '' || !fields.includes(field))
    throw new UsageError(
      `--map ${text}: write a heading of the file and what it is, as --map "Budget TTC=fee". What there is: ` +
        `${fields.toSorted().join(', ')}.`,
    );
  return { ...before, [heading]: field };
}

/** `Litige=unpaid;Expédiée=paid`. */
export function statesArgument(text: string, before?: SaidStates): SaidStates {
  const said = new Map(before?.entries());
  for (const one of text.split(';').filter((part) => part.trim() !== '')) {
    const at = one.lastIndexOf('=');
    const meaning = one.slice(at + 1).trim();
    const [name, state] = [folded(one.slice(0, at)), meaningsOfStates.get(meaning.toLowerCase())];
    if (at < 1 || name === '' || state === undefined)
      throw new UsageError(
        `--states ${text}: write a state as the file has it and what it means ` +
          `(${[...meaningsOfStates.keys()].join(', ')}), as --states "Litige=unpaid;Expédiée=paid".`,
      );
    said.set(name, state);
  }
  return new SaidStates(said);
}

export function currencyArgument(text: string): string {
  if (!/^[A-Za-z]{3}$/.test(text))
    throw new UsageError(`--currency ${text} is no currency: write its three letters, as EUR.`);
  return text.toUpperCase();
}

/** @throws UsageError for states that no file has: what was said of them would be lost without a word */
export function assertMet(states: SaidStates | undefined): void {
  const [first, ...others] = states?.unmet ?? [];
  if (first !== undefined)
    throw new UsageError(
      '--states: no order or deal of these files has the state ' +
        `“${first}”${others.length > 0 ? ` (nor ${others.length} more of those that are said)` : ''}. Nothing ` +
        'was imported. Write it as the file does.',
    );
}

/** @throws UsageError for headings that are said, and that no file has, or has as that: nothing would be told of them */
export function assertRead(map: Readonly<Record<string, string>>, looked: readonly Looked[]): void {
  // What is in a file of which nothing was read, or that is not read again, nobody knows.
  if (looked.some(({ kind }) => kind !== 'understood' && kind !== 'same')) return;
  const parts = looked.flatMap((one) => (one.kind === 'understood' ? one.understood.parts : []));
  const read = new Set(
    parts.flatMap(({ mapped }) => Object.entries(mapped).map(([heading, field]) => `${folded(heading)}=${field}`)),
  );
  const unmet = Object.entries(map).find(([heading, field]) => !read.has(`${folded(heading)}=${field}`));
  if (unmet !== undefined)
    throw new UsageError(
      `--map: no column “${unmet[0]}” of these files is read as ${unmet[1]}. Nothing was imported. Write the ` +
        'heading as the file does, and what it is among what such files tell.',
    );
}
