const token = /"[^"\\]*(?:\\[^][^"\\]*)*"|[[\]{}]/g;

/** The JSON texts that stand one after the other in a text: one, one a line, or as they come. */
export function* jsonTexts(text: string): Generator<string> {
  let depth = 0;
  let from = 0;
  for (const {
    0: { 0: mark },
    index,
  } of text.matchAll(token)) {
    depth += mark === '{' || mark === '[' ? 1 : mark === '}' || mark === ']' ? -1 : 0;
    if (depth > 0 || mark === '"') continue;
    yield text.slice(from, index + 1);
    from = index + 1;
  }
  if (text.slice(from).trim() !== '') yield text.slice(from);
}

const longNumber = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d{16,}(?![\d.eE])/g;

/**
 * Parses JSON; whole numbers that a double cannot hold become texts, so that an id keeps every digit.
 * @throws SyntaxError
 */
export function parsedJson(text: string): unknown {
  const safe = /\d{16}/.test(text)
    ? text.replaceAll(longNumber, (found) => (found.startsWith('"') ? found : `"${found}"`))
    : text;
  return JSON.parse(safe);
}

/**
 * Whether a value is nested deeper than any platform's answer: what walks over it by recursion, as JSON.stringify does,
 * would run out of stack.
 */
export function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > 200) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? (Object.values(one) as unknown[]) : []));
  }
  return false;
}

const textThenColon = /"[^"\\]*(?:\\[^][^"\\]*)*"(?<colon>\s*:)?/g;

/** Fields of all objects in a value. Without recursion: a record may be nested as deep as it is long. */
function namesIn(value: unknown): number {
  const open = [value];
  let names = 0;
  for (let one = open.pop(); open.length > 0 || one !== undefined; one = open.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    const inside: unknown[] = Object.values(one);
    if (!Array.isArray(one)) names += inside.length;
    for (const each of inside) if (typeof each === 'object' && each !== null) open.push(each);
  }
  return names;
}

/**
 * A JSON text in which no object has two fields of one name: of such fields the last holds, as for JavaScript, Python
 * and Shopify's own libraries. (DuckDB takes the first.) A text without any is given back as it is. `value` is what
 * `JSON.parse` made of it. Undefined where it has some and is nested too deep to be written anew.
 */
export function lastOfNames(text: string, value: unknown): string | undefined {
  let named = 0;
  for (const { groups } of text.matchAll(textThenColon)) if (groups?.['colon'] !== undefined) named++;
  if (named === namesIn(value)) return text;
  return isTooDeep(value) ? undefined : JSON.stringify(parsedJson(text));
}
