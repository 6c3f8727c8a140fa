/** How the tools of an assistant answer. */
import type { CallToolResult } from '@modelcontextprotocol/server';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import {
  LimitReached,
  QueryFailed,
  UnportableSql,
  WarehouseUnavailable,
} from '../../../lambdas/shared/ports/warehouse.ts';
import { visibleJson } from '../../../lambdas/shared/visible.ts';
import { type LakeReader, TooBusy } from '../reader/reader.ts';
import { asking, heard, type Ask } from './figures.ts';
import type { Answered } from './ready-answers.ts';

/** What the tools work with. */
export interface ToolOptions {
  readonly reader: LakeReader;
  /** How long one query may work, ms. */
  readonly timeoutMs: number;
  /** Hears of what is no mistake of the asker. */
  readonly onProblem: (error: unknown) => void;
}

/** What every tool says of itself. */
export const readOnly = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

const isTold = (error: unknown): error is Error =>
  [LakeUnavailable, LimitReached, QueryFailed, TooBusy, UnportableSql, WarehouseUnavailable].some(
    (kind) => error instanceof kind,
  );

/** The ways in which tools answer over a reader. */
export function toolAnswers({ reader, timeoutMs, onProblem }: ToolOptions) {
  /** An answer as structure and as text; a mistake in the words of the gate. */
  const answering = async (work: () => Promise<Record<string, unknown>>): Promise<CallToolResult> => {
    try {
      const structuredContent = await work();
      return { structuredContent, content: [{ type: 'text', text: visibleJson(structuredContent) }] };
    } catch (error) {
      if (!isTold(error)) onProblem(error);
      const text = isTold(error)
        ? `${error.message}${error instanceof LimitReached ? ' Ask for less: fewer days, sums in place of rows, a join with a condition.' : ''}`
        : 'The server failed, and says why where it was started.';
      return { isError: true, content: [{ type: 'text', text }] };
    }
  };
  const noted = async (
    work: (reader: Pick<LakeReader, 'query'>) => Promise<Answered>,
  ): Promise<Record<string, unknown>> => {
    const notes = new Set<string>();
    const answer = await work(heard(reader, notes));
    return { ...answer, notes: [...notes, ...answer.notes] };
  };
  const ready = (signal: AbortSignal, work: (ask: Ask) => Promise<Answered>) =>
    answering(() => noted((one) => work(asking(one, timeoutMs, signal))));
  return { reader, timeoutMs, answering, noted, ready };
}

export type ToolAnswers = ReturnType<typeof toolAnswers>;
