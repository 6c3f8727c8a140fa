import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

/** A certificate and its key, as files. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate of this machine's own address, which nobody believes but who is told of it. */
export async function selfSigned(folder: string): Promise<Certified> {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const keys = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key];
  await promisify(execFile)('openssl', ['req', '-x509', '-days', '2', ...keys, ...names, '-out', certificate]);
  return { certificate, key };
}

/** Whether an address answers. Node's `fetch` cannot be told of a certificate while it runs. */
export async function answersWell(url: string, tls: Certified | undefined): Promise<boolean> {
  if (tls === undefined) return (await fetch(url)).ok;
  const asked = get(url, { ca: await readFile(tls.certificate) });
  const [response] = z.tuple([z.instanceof(IncomingMessage)]).parse(await once(asked, 'response'));
  response.resume();
  return response.statusCode === 200;
}
