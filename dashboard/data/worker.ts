/** Web Worker: fetches, decodes and joins the files of marts, so that the page goes on moving. */
import type { PublishedFile } from '../../lambdas/publish/manifest-schema.ts';
import { decode, isText, type ColumnToRead } from './decode.ts';
import { joined, type Mart } from './mart.ts';
import { DataProblem, type ProblemKind } from './problem.ts';

/** A mart, or the months of it that are asked for. */
export interface Order {
  readonly id: number;
  /** The address that the names of the files are below. */
  readonly base: string;
  readonly files: readonly PublishedFile[];
  readonly columns: readonly ColumnToRead[];
}
export type Reply =
  | { readonly id: number; readonly mart: Mart }
  | { readonly id: number; readonly problem: ProblemKind; readonly file: string };

async function fetched(base: string, name: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(name, base)).catch(() => undefined);
  if (response === undefined) throw new DataProblem('offline', name);
  if (response.status === 401 || response.status === 403) throw new DataProblem('refused', name);
  if (!response.ok) throw new DataProblem('missing', name);
  // A body that ends before its length is no answer.
  return response.arrayBuffer().catch(() => {
    throw new DataProblem('damaged', name);
  });
}

const buffersOf = ({ columns }: Mart): ArrayBufferLike[] =>
  Object.values(columns).map((column) => (column.kind === 'number' ? column.values.buffer : column.codes.buffer));

async function replyTo({ id, base, files, columns }: Order): Promise<Reply> {
  try {
    const parts = await Promise.all(
      files.map(async (file) => decode(await fetched(base, file.name), { ...file, columns })),
    );
    const names = columns.map(({ name, type }) => ({ name, isText: isText(type) }));
    return { id, mart: joined(parts, names) };
  } catch (error) {
    const problem = error instanceof DataProblem ? error : new DataProblem('damaged', String(error));
    return { id, problem: problem.kind, file: problem.file };
  }
}

async function answer(order: Order): Promise<void> {
  const reply = await replyTo(order);
  const transfer = 'mart' in reply ? buffersOf(reply.mart).filter((buffer) => buffer instanceof ArrayBuffer) : [];
  self.postMessage(reply, { transfer });
}

self.addEventListener('message', ({ data }: MessageEvent<Order>) => {
  void answer(data);
});
