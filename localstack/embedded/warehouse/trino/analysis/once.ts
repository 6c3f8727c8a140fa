import type { Expression } from '../ast.ts';
import type { Surroundings } from './surroundings.ts';

const isPlain = ({ kind }: Expression): boolean => kind === 'name' || kind === 'literal';

/**
 * A call of a macro that says its arguments several times. What is more than a name is computed before it, once: else a
 * chain of such calls would double at each level.
 */
export function calledOnce(
  { respelling }: Surroundings,
  macro: string,
  values: readonly Expression[],
  ...more: readonly (string | number)[]
): string {
  const texts = values.map((value) => respelling.text(value));
  const call = (args: readonly string[]): string => `${macro}(${[...args, ...more].join(', ')})`;
  if (values.every(isPlain)) return call(texts);
  if (texts.length === 1) return `list_extract(list_transform([${texts.join('')}], lambda v$: ${call(['v$'])}), 1)`;
  const fields = texts.map((text, i) => `v${i} := ${text}`).join(', ');
  return `list_extract(list_transform([struct_pack(${fields})], lambda v$: ${call(texts.map((_, i) => `struct_extract(v$, 'v${i}')`))}), 1)`;
}
