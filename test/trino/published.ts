/** What Trino's own tests ask, read out of their Java sources as data: expressions, and whether they are to fail. */

export interface Published {
  /** An expression that stands by itself. */
  readonly sql: string;
  /** Trino's test says that it has no value. */
  readonly fails: boolean;
}

/** Signs for what `assertions.operator` names. */
const operators: Readonly<Record<string, string | undefined>> = {
  ADD: '+', SUBTRACT: '-', MULTIPLY: '*', DIVIDE: '/', MODULUS: '%', EQUAL: '=', LESS_THAN: '<', LESS_THAN_OR_EQUAL: '<=',
}; // prettier-ignore

const escapes: Readonly<Record<string, string | undefined>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', s: ' ', 0: '\0' }; // prettier-ignore

const unescaped = (text: string): string =>
  text.replaceAll(/\\(?:u+([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, letter: string) =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );

/** A text block without the indentation that all its lines have. */
function block(text: string): string {
  const lines = text.replace(/^[^\n]*\n/, '').split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  return unescaped(lines.map((line) => line.slice(Math.min(...indents))).join('\n'));
}

const literal = /\s*(?:"""([^]*?)"""|"((?:[^"\\\n]|\\.)*)")\s*/y;
const name = /\s*(\w+)\s*/y;

/** The arguments of a Java call from behind its parenthesis, where they are names and texts alone. */
function argumentsAt(
  java: string,
  start: number,
): { readonly args: readonly { readonly text?: string; readonly name?: string }[]; readonly end: number } | undefined {
  const args: { text?: string; name?: string }[] = [];
  for (let at = start; ;) {
    const argument: { text?: string; name?: string } = {};
    do {
      if (java[at] === '+') at++;
      literal.lastIndex = at;
      const found = literal.exec(java);
      if (found) {
        argument.text = (argument.text ?? '') + (found[1] === undefined ? unescaped(found[2] ?? '') : block(found[1]));
        at = literal.lastIndex;
        continue;
      }
      name.lastIndex = at;
      const word = name.exec(java)?.[1];
      if (word === undefined || argument.text !== undefined || argument.name !== undefined) return undefined;
      argument.name = word;
      at = name.lastIndex;
    } while (java[at] === '+');
    args.push(argument);
    if (java[at] === ')') return { args, end: at + 1 };
    if (java[at] !== ',') return undefined;
    at++;
  }
}

/** The expression of one call of Java; undefined for what is computed there. */
function expressionOf(
  kind: string,
  args: readonly { readonly text?: string; readonly name?: string }[],
): string | undefined {
  const [first, ...rest] = args;
  const texts = rest.flatMap(({ text }) => text ?? []);
  if (texts.length !== rest.length || first === undefined) return undefined;
  if (kind === 'expression') return rest.length === 0 ? first.text : undefined;
  if (kind === 'function') return first.text === undefined ? undefined : `${first.text}(${texts.join(', ')})`;
  const [a = '', b] = texts.map((text) => `(${text})`);
  if (first.name === 'NEGATION') return `-${a}`;
  if (first.name === 'SUBSCRIPT') return `${a}[${b}]`;
  const sign = operators[first.name ?? ''];
  return sign === undefined || b === undefined ? undefined : `${a} ${sign} ${b}`;
}

/** The questions of one source, each once. */
export function publishedIn(java: string): readonly Published[] {
  const found = new Map<string, Published>();
  for (const { 0: head, 1: kind = '', index } of java.matchAll(/assertions\.(expression|function|operator)\(/g)) {
    const call = argumentsAt(java, index + head.length);
    const expression = call && expressionOf(kind, call.args);
    if (call === undefined || expression === undefined) continue;
    const bound = bindings(java, call.end);
    if (bound === undefined) continue;
    const sql =
      bound.names.length === 0
        ? expression
        : `(SELECT ${expression} FROM (VALUES (${bound.values.join(', ')})) AS t(${bound.names.join(', ')}))`;
    const fails = java.startsWith('::evaluate', bound.end);
    if (!found.has(sql)) found.set(sql, { sql, fails });
  }
  return [...found.values()];
}

/** What stands as `.binding("a", "1")` behind an expression; undefined where a value is computed. */
function bindings(
  java: string,
  start: number,
): { readonly names: readonly string[]; readonly values: readonly string[]; readonly end: number } | undefined {
  const [names, values]: [string[], string[]] = [[], []];
  let end = start;
  for (;;) {
    const head = /^\s*\.binding\(/.exec(java.slice(end, end + 200))?.[0];
    if (head === undefined) return { names, values, end };
    const call = argumentsAt(java, end + head.length);
    const [of, value] = call?.args ?? [];
    if (call === undefined || of?.text === undefined || value?.text === undefined) return undefined;
    names.push(of.text);
    values.push(value.text);
    end = call.end;
  }
}
