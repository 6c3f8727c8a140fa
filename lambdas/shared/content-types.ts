import { extname } from 'node:path';

/** Of every kind of file that a dashboard is made of. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.parquet': 'application/vnd.apache.parquet',
};

/** @throws Error where nobody has said of what type such a file is: a browser would refuse it, or guess */
export function contentTypeOf(name: string): string {
  const type = types[extname(name)];
  if (type === undefined) throw new Error(`${name} is of no type that the dashboard has.`);
  return type;
}
