import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { LimitReached, QueryFailed, UnportableSql } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visible } from '../lambdas/shared/visible.ts';
import { completionsOf } from './completion.ts';
import { limitInWords } from './limits.ts';
import { History } from './history.ts';
import { statementsOf } from './statements.ts';

/** Where a person types, and where they see what they type. */
export interface Terminal {
  readonly input: Readable;
  readonly screen: Writable;
}

const help = `Type one SELECT of Trino SQL over as many lines as it takes, and end it with ;
  SHOW TABLES            what there is
  DESCRIBE orders        the columns of a table, their types and meaning
  \\d, \\d orders         the same, as psql spells it
  Tab                    completes the name of a table or a column
  quit                   leaves, as Ctrl-D does
  Ctrl-C                 ends the query under way; else clears what was typed, and leaves where nothing was
`;

/** As `psql` lists tables, and the columns of one. */
function spelled(line: string): string {
  const { table } = /^\s*\\d\+?(?:\s+(?<table>\w+))?\s*;?\s*$/.exec(line)?.groups ?? {};
  if (table !== undefined) return `DESCRIBE ${table}`;
  return /^\s*\\d\+?\s*;?\s*$/.test(line) ? 'SHOW TABLES' : line;
}

/** What a line says by itself, where no statement was begun before it: these need no semicolon. */
function wordOf(line: string): 'leave' | 'help' | 'statement' | undefined {
  const word = line.trim().replace(/;$/, '').trim().toLowerCase();
  if (['exit', 'quit', String.raw`\q`].includes(word)) return 'leave';
  if (['help', String.raw`\?`].includes(word)) return 'help';
  return /^(?:show\s+tables|show\s+columns\s+from\s+\w+|desc(?:ribe)?\s+\w+)$/.test(word) ? 'statement' : undefined;
}

/** What a person did that goes no further than their statement, in words; undefined for what is a fault. */
function mistakeOf(error: unknown): string | undefined {
  if (error instanceof LimitReached) return limitInWords(error);
  return error instanceof QueryFailed || error instanceof UnportableSql ? error.message : undefined;
}

/**
 * Has the statements answered that a person types until the input ends: each when its semicolon has come. A mistake
 * ends nothing, and Ctrl-C only the query under way.
 */
export async function interactive(
  answer: (sql: string, signal: AbortSignal) => Promise<void>,
  { input, screen }: Terminal,
): Promise<void> {
  let typed = '';
  const history = new History();
  const lines = createInterface({
    input,
    output: screen,
    terminal: true,
    historySize: History.size,
    completer: (line: string) => completionsOf(loadCatalog(), typed + line),
  });
  let underWay: AbortController | undefined;
  const ask = () => {
    lines.setPrompt(statementsOf(typed).length === 0 ? 'sillage> ' : '      -> ');
    lines.prompt();
  };
  lines.on('history', (kept) => history.keepIn(kept));
  lines.on('SIGINT', () => {
    if (underWay) {
      underWay.abort();
      return;
    }
    if (typed.trim() === '' && lines.line === '') {
      screen.write('\n');
      lines.close();
      return;
    }
    typed = '';
    history.begin();
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    screen.write('\n');
    ask();
  });
  screen.write(
    'Trino SQL; end a statement with ; and leave with quit. SHOW TABLES lists what there is, help says more.\n',
  );
  ask();
  for await (const written of lines) {
    const line = statementsOf(typed).length === 0 ? spelled(written) : written;
    const word = statementsOf(typed).length === 0 ? wordOf(line) : undefined;
    if (word === 'leave') break;
    if (word === 'help') screen.write(help);
    else typed += word === 'statement' && !line.includes(';') ? `${line};\n` : `${line}\n`;
    const whole = statementsOf(typed).filter((statement) => statement.isWhole);
    history.add(line, word === undefined ? whole.map(({ sql }) => sql) : [line], typed.slice(whole.at(-1)?.end ?? 0));
    typed = typed.slice(whole.at(-1)?.end ?? 0);
    for (const { sql } of whole) {
      underWay = new AbortController();
      const { signal } = underWay;
      try {
        await answer(sql, signal);
      } catch (error) {
        const mistake = signal.aborted ? 'Ended.' : mistakeOf(error);
        if (mistake === undefined) throw error;
        screen.write(`${visible(mistake)}\n`);
        // Of several on a line, those behind the one that was ended are not wanted either.
        if (signal.aborted) break;
      } finally {
        underWay = undefined;
      }
    }
    ask();
  }
  lines.close();
}
