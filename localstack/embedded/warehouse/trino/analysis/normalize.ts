import { literal } from '../../../../../lambdas/shared/sql-text.ts';
import type { Call } from '../ast.ts';
import type { Scope } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import type { Type } from '../types.ts';
import type { Surroundings } from './surroundings.ts';
import { calledOnce } from './once.ts';

/** The Latin letters that Unicode has had since 1999, all of them older than any engine. */
const latin: readonly (readonly [first: number, last: number])[] = [[0xc0, 0x24f], [0x1e00, 0x1eff]]; // prettier-ignore

/** Each Latin letter with an accent, and the two characters that it is made of, as a map of DuckDB. */
const apart = (() => {
  const letters = latin.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)),
  );
  const made = letters.filter((letter) => letter.normalize('NFD') !== letter);
  const listed = (texts: readonly string[]): string => `[${texts.map(literal).join(', ')}]`;
  return `map(${listed(made)}, ${listed(made.map((letter) => letter.normalize('NFD')))})`;
})();

/** `normalize(x)`, which puts letters and their accents together (NFC), and `normalize(x, NFD)`, which takes them apart. */
export function normalize(analysis: Surroundings, call: Call, scope: Scope): Type {
  const [value, form] = call.args;
  if (!value || call.args.length > 2) throw failed(analysis.sql, call.start, 'normalize takes a text and a form');
  const type = analysis.type(value, scope);
  if (type.name !== 'varchar') throw failed(analysis.sql, value.start, 'normalize takes a text');
  const name = form?.kind === 'literal' ? form.text : 'nfc';
  if (name !== 'nfc' && name !== 'nfd')
    throw unportable(analysis.sql, form?.start ?? call.start, `normalize to ${name.toUpperCase()}`, 'NFC or NFD');
  const text =
    name === 'nfc' ? calledOnce(analysis, 'composed', [value]) : calledOnce(analysis, 'taken_apart', [value], apart);
  analysis.respelling.rewrite(call, text);
  return type;
}
