/** Trino's HTTP protocol over the gate: clients that speak to a Trino speak to the lake on this machine. */
import { randomBytes } from 'node:crypto';
import type { AnswerColumn, Relation, StreamedAnswer } from '../../../lambdas/shared/ports/warehouse.ts';
import { type LocalAnswer, type LocalRequest, textAnswer } from '../http/local-server.ts';
import { isForeign } from '../http/same-origin.ts';
import { assertThere } from '../warehouse/trino/names.ts';
import {
  changeOf,
  type Prepared,
  sessionStatement,
  type SessionStatement,
  viewsOf,
} from '../warehouse/trino/prepared.ts';
import { QueryEnded } from './failure.ts';
import { type Answering, type Page, ServedQuery } from './served-query.ts';
import { clientSession, encoded } from './session.ts';
import { wireColumn } from './wire.ts';

export interface ProtocolOptions {
  /** Answers one statement of the lake, and of a session's views. */
  readonly answering: (sql: string, views: readonly Relation[]) => Answering;
  /** What a client is told to speak to: the release of Trino whose protocol and SQL this is. */
  readonly release: string;
  readonly onProblem: (error: unknown) => void;
}

/** More queries than a person's tools hold open; then the one that comes is refused. */
const mostQueries = 200;
/** How often queries are looked for that nobody asks for, ms. */
const lookMs = 10_000;

const text = (type: string, names: readonly string[]): readonly AnswerColumn[] => names.map((name) => ({ name, type }));

/** An answer that is at hand. */
const atOnce =
  (columns: readonly AnswerColumn[], rows: StreamedAnswer['rows']): Answering =>
  (_, read) =>
    read({ columns, rows });

async function* only(rows: readonly (readonly (string | number | boolean)[])[]) {
  yield rows;
}

interface Change {
  readonly updateType: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What comes of a statement that changes the session: the client keeps it, and says it with each request. */
function headersOf(said: SessionStatement): Change | undefined {
  if (said.kind === 'use') {
    assertThere(said.catalog, said.schema);
    return {
      updateType: 'USE',
      headers: {
        ...(said.catalog !== undefined && { 'x-trino-set-catalog': said.catalog }),
        'x-trino-set-schema': said.schema,
      },
    };
  }
  const change = changeOf(said);
  return (
    change && {
      updateType: change.updateType,
      headers: {
        ...(change.adds && { 'x-trino-added-prepare': change.adds.map(encoded).join('=') }),
        ...(change.drops !== undefined && { 'x-trino-deallocated-prepare': encoded(change.drops) }),
      },
    }
  );
}

/** A query under way, and what it changes once it has ended well. */
interface Known {
  readonly query: ServedQuery;
  readonly isParametric: boolean;
  readonly change: Change | undefined;
}

/** The door of the protocol. */
export interface ProtocolPages {
  readonly answer: (request: LocalRequest) => Promise<LocalAnswer>;
  /** Ends all queries. */
  close(): void;
}

/** Serves `/v1/statement` and what clients ask beside it. */
export function protocolPages({ answering, release, onProblem }: ProtocolOptions): ProtocolPages {
  const queries = new Map<string, Known>();
  const looking = setInterval(() => {
    for (const [id, { query }] of queries) if (query.isLeft(Date.now())) queries.delete(id);
  }, lookMs);
  looking.unref();

  const json = (request: LocalRequest, { query, isParametric, change }: Known, page: Page): LocalAnswer => {
    const changed = page.state === 'FINISHED' ? change : undefined;
    const base = `http://${request.headers.host ?? ''}`;
    const elapsed = Date.now() - query.startedAt;
    const isOver = page.next === undefined;
    const head = {
      id: query.id,
      infoUri: `${base}/ui/query.html?${query.id}`,
      ...(!isOver && { nextUri: `${base}/v1/statement/executing/${query.id}/${query.slug}/${page.next}` }),
      ...(page.columns && { columns: page.columns.map((column) => wireColumn(column, { isParametric })) }),
    };
    const tail = {
      stats: statsOf(page, elapsed),
      ...(page.error && { error: page.error }),
      ...(changed && { updateType: changed.updateType }),
      warnings: (page.notes ?? []).map((message) => ({ warningCode: { code: 1, name: 'APPROXIMATE' }, message })),
    };
    // The rows are JSON already.
    const data = page.rows.length === 0 ? '' : `,"data":[${page.rows.join(',')}]`;
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        ...changed?.headers,
      },
      body: `${JSON.stringify(head).slice(0, -1)}${data},${JSON.stringify(tail).slice(1)}`,
    };
  };

  const answeringTo = (said: SessionStatement, kept: Prepared): Answering => {
    if (said.kind === 'statement') return answering(said.sql, viewsOf(kept));
    if (said.kind === 'describe input') {
      const rows = Array.from({ length: said.parameters }, (_, i) => [i, 'unknown']);
      return atOnce(
        [
          { name: 'Position', type: 'bigint' },
          { name: 'Type', type: 'varchar' },
        ],
        only(rows),
      );
    }
    if (said.kind === 'describe output')
      return (signal, read) =>
        answering(said.sql, viewsOf(kept))(signal, ({ columns }) =>
          read({
            columns: [
              ...text('varchar', ['Column Name', 'Catalog', 'Schema', 'Table', 'Type']),
              { name: 'Type Size', type: 'integer' },
              { name: 'Aliased', type: 'boolean' },
            ],
            rows: only(columns.map(({ name, type }) => [name, '', '', '', type, 0, false])),
          }),
        );
    const { adds, check } = changeOf(said) ?? {};
    if (adds && check !== undefined)
      return (signal, read) =>
        answering(check, viewsOf(new Map([...kept, adds])))(signal, () => read({ columns: [], rows: only([]) }));
    return atOnce([], only([]));
  };

  const begin = (request: LocalRequest): LocalAnswer => {
    if (queries.size >= mostQueries)
      return textAnswer(503, `There are ${mostQueries} queries under way: end some, or wait.`);
    const id = `${new Date()
      .toISOString()
      .replaceAll(/[-:T]/g, '')
      .slice(0, 14)
      .replace(/^(.{8})/, '$1_')}_${String(++count).padStart(5, '0')}_${instance}`;
    let change: Change | undefined;
    let isParametric = false;
    let isAtOnce = false;
    // What is wrong is the answer, as it is of a query.
    let work: Answering;
    try {
      const session = clientSession(request.headers);
      isParametric = session.isParametric;
      const said = sessionStatement(request.body.toString('utf8'), session.prepared);
      change = headersOf(said);
      isAtOnce = changeOf(said)?.check === undefined;
      work = answeringTo(said, session.prepared);
    } catch (error) {
      work = () => Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    const query = new ServedQuery(id, work, onProblem);
    const known = { query, isParametric, change };
    // What has nothing to be checked first is done at once.
    if (change && isAtOnce) return json(request, known, { columns: [], rows: [], state: 'FINISHED', rowsSoFar: 0 });
    queries.set(id, known);
    return json(request, known, { rows: [], state: 'QUEUED', next: 0, rowsSoFar: 0 });
  };
  let count = 0;
  const instance = randomBytes(3).toString('hex').slice(0, 5);

  const next = async (request: LocalRequest, id: string, slug: string, token: number): Promise<LocalAnswer> => {
    const known = queries.get(id);
    if (known === undefined || known.query.slug !== slug) return textAnswer(404, 'There is no such query.');
    if (request.method === 'DELETE') {
      known.query.end(new QueryEnded('USER_CANCELED', 'Query was canceled'));
      return { status: 204, headers: {}, body: '' };
    }
    const page = await known.query.page(token);
    return page === undefined ? textAnswer(410, 'This page was given already.') : json(request, known, page);
  };

  const answer = async (request: LocalRequest): Promise<LocalAnswer> => {
    const { method, url } = request;
    if (isForeign(request)) return textAnswer(403, 'A page of another origin may not ask.');
    if (url.pathname === '/v1/statement')
      return method === 'POST' ? begin(request) : textAnswer(405, 'POST a statement here.');
    const [, id = '', slug = '', token = ''] =
      /^\/v1\/statement\/(?:executing|queued)\/([\w]+)\/(\w+)\/(\d{1,9})$/.exec(url.pathname) ?? [];
    if (id !== '' && (method === 'GET' || method === 'DELETE')) return next(request, id, slug, Number(token));
    if (url.pathname === '/v1/info' && method === 'GET')
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          nodeVersion: { version: release },
          environment: 'sillage',
          coordinator: true,
          starting: false,
        }),
      };
    return textAnswer(404, `There is nothing at ${url.pathname}: clients of Trino ask /v1/statement.`);
  };

  return {
    answer,
    close() {
      clearInterval(looking);
      for (const { query } of queries.values()) query.end(new QueryEnded('USER_CANCELED', 'The server ended.'));
      queries.clear();
    },
  };
}

/** What a client's progress bar reads; no more is known here than how far the rows are. */
function statsOf({ state, next, rowsSoFar }: Page, elapsed: number): object {
  return {
    state,
    queued: state === 'QUEUED',
    scheduled: state !== 'QUEUED',
    nodes: 1,
    totalSplits: 1,
    queuedSplits: state === 'QUEUED' ? 1 : 0,
    runningSplits: state === 'RUNNING' ? 1 : 0,
    completedSplits: next === undefined ? 1 : 0,
    cpuTimeMillis: elapsed,
    wallTimeMillis: elapsed,
    queuedTimeMillis: 0,
    elapsedTimeMillis: elapsed,
    processedRows: rowsSoFar,
    processedBytes: 0,
    physicalInputBytes: 0,
    physicalWrittenBytes: 0,
    peakMemoryBytes: 0,
    spilledBytes: 0,
  };
}
