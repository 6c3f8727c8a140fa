import type { IncomingHttpHeaders } from 'node:http';
import { assertThere } from '../warehouse/trino/names.ts';
import type { Prepared } from '../warehouse/trino/prepared.ts';

/** What a client says of its session with every request: the protocol keeps none on the server. */
export interface ClientSession {
  readonly prepared: Prepared;
  /** It knows how many digits of a second a timestamp has. */
  readonly isParametric: boolean;
}

/** The protocol's headers go under the name that the product had before, too. */
function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const given = headers[`x-trino-${name}`] ?? headers[`x-presto-${name}`];
  return Array.isArray(given) ? given.join(',') : given;
}

/** A text that was written for a header: `+` is a blank there. */
const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', '%20'));
export const encoded = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+');

/** Reads the headers of a statement. @throws QueryFailed for a catalogue or a schema that is not here */
export function clientSession(headers: IncomingHttpHeaders): ClientSession {
  const catalog = headerOf(headers, 'catalog')?.toLowerCase();
  const schema = headerOf(headers, 'schema')?.toLowerCase();
  assertThere(catalog, schema);
  const prepared = new Map(
    (headerOf(headers, 'prepared-statement') ?? '').split(',').flatMap((each): [string, string][] => {
      const [name = '', sql] = each.trim().split('=', 2);
      return sql === undefined ? [] : [[decoded(name), decoded(sql)]];
    }),
  );
  const capabilities = headerOf(headers, 'client-capabilities') ?? '';
  return { prepared, isParametric: capabilities.split(',').includes('PARAMETRIC_DATETIME') };
}
