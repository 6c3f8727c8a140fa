import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { LimitReached, QueryFailed, UnportableSql } from '../lambdas/shared/ports/warehouse.ts';
import { visible } from '../lambdas/shared/visible.ts';
import { limitInWords } from './limits.ts';
import { statementsOf } from './statements.ts';

/** Where a person types, and where they see what they type. */
export interface Terminal {
  readonly input: Readable;
  readonly screen: Writable;
}

const help = `Type one SELECT of Trino SQL over as many lines as it takes, and end it with ;
  SHOW TABLES            what there is
  DESCRIBE orders        the columns of a table, their types and meaning
  quit                   leaves, as Ctrl-D does
  Ctrl-C                 ends the query under way; else clears what was typed, and leaves where nothing was
`;

/** What a line says by itself, where no statement was begun before it: these need no semicolon. */
function wordOf(line: string): 'leave' | 'help' | 'statement' | undefined {
  const word = line.trim().replace(/;$/, '').trim().toLowerCase();
  if (word === 'exit' || word === 'quit') return 'leave';
  if (word === 'help') return 'help';
  return /^(?:show\s+tables|show\s+columns\s+from\s+\w+|desc(?:ribe)?\s+\w+)$/.test(word) ? 'statement' : undefined;
}

/** What a person did that goes no further than their statement, in words; undefined for what is a fault. */
function mistakeOf(error: unknown): string | undefined {
  if (error instanceof LimitReached) return limitInWords(error);
  return error instanceof QueryFailed || error instanceof UnportableSql ? error.message : undefined;
}

/**
 * Has the statements answered that a person types until the input ends: each when its semicolon has come. A mistake ends nothing, and
 * Ctrl-C only the query under way.
 */
export async function interactive(
  answer: (sql: string, signal: AbortSignal) => Promise<void>,
  { input, screen }: Terminal,
): Promise<void> {
  const lines = createInterface({ input, output: screen, terminal: true });
  let typed = '';
  let underWay: AbortController | undefined;
  const ask = () => {
    lines.setPrompt(statementsOf(typed).length === 0 ? 'sillage> ' : '      -> ');
    lines.prompt();
  };
  // What was pasted in with control characters does not come back with them.
  lines.on('history', (history) => {
    if (history[0] !== undefined) history[0] = visible(history[0].replaceAll('\t', ' '));
  });
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
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    screen.write('\n');
    ask();
  });
  screen.write(
    'Trino SQL; end a statement with ; and leave with quit. SHOW TABLES lists what there is, help says more.\n',
  );
  ask();
  for await (const line of lines) {
    const word = statementsOf(typed).length === 0 ? wordOf(line) : undefined;
    if (word === 'leave') break;
    if (word === 'help') screen.write(help);
    else typed += word === 'statement' && !line.includes(';') ? `${line};\n` : `${line}\n`;
    const whole = statementsOf(typed).filter((statement) => statement.isWhole);
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
