/** Web Worker: fetches and decodes the files of marts, so that the page goes on moving. */
import { decode, type FileToRead } from './decode.ts';
import type { Mart } from './mart.ts';
import { DataProblem, type ProblemKind } from './problem.ts';

export interface Order {
  readonly id: number;
  readonly url: string;
  readonly file: FileToRead;
}
export type Reply =
  | { readonly id: number; readonly mart: Mart }
  | { readonly id: number; readonly problem: ProblemKind; readonly file: string };

async function fetched(url: string, name: string): Promise<ArrayBuffer> {
  const response = await fetch(url).catch(() => undefined);
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

async function replyTo({ id, url, file }: Order): Promise<Reply> {
  try {
    return { id, mart: await decode(await fetched(url, file.name), file) };
  } catch (error) {
    return { id, problem: error instanceof DataProblem ? error.kind : 'damaged', file: file.name };
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
