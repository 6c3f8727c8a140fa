import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { DescribedTable } from '../../localstack/embedded/reader/reader.ts';
import type { Answer, StreamedAnswer, Warehouse } from '../shared/ports/warehouse.ts';
import { askedIn, refusalOf, type Refusal } from './asked.ts';
import { firstRows } from './first-rows.ts';

export interface AskSetup {
  /** Lets a statement pass, or answers it. @see admissionOf */
  readonly admit: (sql: string) => Answer | undefined;
  /** The lake on Athena; it says the id under which the console has the last query. */
  readonly warehouse: Pick<Warehouse, 'stream'> & { readonly lastQuery: () => string | undefined };
  readonly tables: readonly DescribedTable[];
  /** Of the lake. */
  readonly region: string;
}

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** CloudFront waits for an answer 60 s; a person waits for it, and no page shows more rows. */
const limits = { timeoutMs: 45_000, maxRows: 10_000 } as const;
const more = 'The Athena console takes any query of the workgroup.';

const json = (statusCode: number, body: unknown): HttpAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});
const refused = ({ status, ...told }: Refusal) => json(status, told);

/** Athena's console opens a query that was asked by its id; a text it does not take from an address. */
const consoleOf = (region: string, id: string): string =>
  `https://${region}.console.aws.amazon.com/athena/home?region=${region}#/query-editor/history/${encodeURIComponent(id)}`;

const streamed = ({ columns, rows }: Answer): StreamedAnswer => ({
  columns,
  rows: (async function* () {
    yield rows;
  })(),
});

async function query(event: APIGatewayProxyEventV2, setup: AskSetup): Promise<HttpAnswer> {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const asked = askedIn(event.headers['content-type'], body);
  if ('error' in asked) return refused(asked);
  try {
    const known = setup.admit(asked.sql);
    const answer = known ? streamed(known) : await setup.warehouse.stream(asked.sql, { timeoutMs: limits.timeoutMs });
    const found = await firstRows(answer, limits.maxRows);
    const id = known ? undefined : setup.warehouse.lastQuery();
    return json(200, { ...found, ...(id !== undefined && { console: consoleOf(setup.region, id) }) });
  } catch (error) {
    return refused(refusalOf(error, more));
  }
}

/**
 * Answers `POST /api/query` and `GET /api/tables` of the dashboard. Who asks has a session already: CloudFront lets
 * nobody else through, and nobody else may invoke the function. A page of another origin is refused all the same.
 */
export async function ask(setup: AskSetup, event: APIGatewayProxyEventV2): Promise<HttpAnswer> {
  const { method } = event.requestContext.http;
  const site = event.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin')
    return refused({ status: 403, error: 'A page of another origin may not send this.' });
  switch (`${method} ${event.rawPath}`) {
    case 'POST /api/query':
      return query(event, setup);
    case 'GET /api/tables':
      return json(200, { tables: setup.tables });
    default:
      return refused({ status: 404, error: `The API has no ${JSON.stringify(`${method} ${event.rawPath}`)}.` });
  }
}
