/** What stands behind "sillage" in a command that is of one lake. What needs more words first stands first. */
export const lakeCommands = [
  'shop map',
  'experiment plan',
  'experiment read',
  'experiment list',
  'generate all',
  'trino up',
  'export-person',
  'attribution',
  'budget',
  'clean',
  'dashboard',
  'expire',
  'forget',
  'import',
  'ltv',
  'mcp',
  'query',
  'rejects',
  'replay',
  'report',
  'run',
  'score',
  'serve',
  'shop',
  'status',
  'up',
  'verify',
] as const;

const command = String.raw`\bsillage (?:${lakeCommands.join('|')})(?![\w-])`;
const eachCommand = new RegExp(`(?=${command})`);
const asCommand = new RegExp(`^${command}`);

let flagOfThis = '';

/** From here on messages are of the lake that a command line named. @param flag with its space */
export function speakOfLake(flag: string): void {
  flagOfThis = flag;
}

/** A message whose commands may be copied as they stand: each that names no lake is given this one. */
export function inLake(message: string, flag = flagOfThis): string {
  if (flag === '') return message;
  return message
    .split('\n')
    .map((line) =>
      line
        .split(eachCommand)
        .map((part) => (part.includes('--lake') ? part : part.replace(asCommand, (words) => `${words}${flag}`)))
        .join(''),
    )
    .join('\n');
}
