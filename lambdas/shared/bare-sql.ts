/**
 * A SQL text as it acts: without `--` comments, and with one space for all white space. Quoted parts stay as they are.
 */
export function bareSql(sql: string): string {
  return sql
    .replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|(?:--[^\n]*|\s)+/g, (part) => (/^['"]/.test(part) ? part : ' '))
    .trim();
}
