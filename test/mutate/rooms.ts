/** The rooms whose tests are tried, and which of their tests can see which of their sources. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { attributionFile } from '../../lambdas/shared/attribution-models.ts';
import { filesUnder } from './checkout.ts';
import { relatedTests } from './trial.ts';

/** Sources and the tests that stand for them, by their folders. */
export interface Room {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

const ofFolder = (folder: string, ...tests: readonly string[]): Room => ({
  sources: [folder],
  tests: [folder, ...tests],
});

export const rooms: Readonly<Record<string, Room>> = {
  transform: ofFolder('lambdas/transform'),
  land: ofFolder('lambdas/land'),
  collect: ofFolder('lambdas/collect'),
  model: ofFolder('lambdas/model', 'lambdas/pipeline.test.ts'),
  slices: ofFolder('lambdas/shared/slices', 'lambdas/model', 'lambdas/join', 'lambdas/forget'),
  // What is seen_days is asserted where it is read.
  athena: ofFolder('athena', 'lambdas/shared/seen-days.test.ts'),
  stream: {
    sources: ['localstack/embedded/stream', 'localstack/embedded/event-source-mapping'],
    tests: ['localstack/embedded/stream', 'localstack/embedded/event-source-mapping', 'test/stream'],
  },
  files: ofFolder('localstack/embedded/lake'),
};

/** What helps tests is none of their subjects. */
const support = /(?:\.test|\.contract|samples|fixture|scripted-stream|macro-cases|stream-faults|\.generated)\.ts$/u;

/** The files of a room that mutants are made of. */
export const sourcesOf = (root: string, { sources }: Room): string[] =>
  filesUnder(root, sources).filter((file) => /\.(?:ts|sql)$/u.test(file) && !support.test(file));

const stemOf = (file: string) => basename(file).replace(/\..*$/u, '');

/** A SQL file that only gives names to the others is seen wherever they are. */
const isMacros = (text: string) => /^CREATE OR REPLACE TEMP MACRO/mu.test(text);

/** The tests that name a statement, or a statement that reads what it makes. */
function testsOfSql(root: string, file: string, room: Room, tests: readonly string[]): string[] {
  const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
  if (isMacros(textOf(file))) return [...tests];
  const others = sourcesOf(root, room).filter((one) => one.endsWith('.sql') && !isMacros(textOf(one)));
  const isNamed = (name: string, text: string) => new RegExp(`\\b${name}\\b`, 'u').test(text);
  const seen = new Set([stemOf(file)]);
  for (const name of seen)
    for (const one of others) if (isNamed(name, textOf(one).replace(/--.*$/gmu, ''))) seen.add(stemOf(one));
  const found = tests.filter((test) => [...seen].some((name) => isNamed(name, textOf(test))));
  return found.length > 0 ? found : [...tests];
}

/** Whether a test file bears the name of a source, or what it begins with: `ledger` of `ledger-writer`. */
export const isNear = (test: string, file: string) => `${stemOf(file)}-`.startsWith(`${stemOf(test)}-`);

/** What fails on any other text of a statement, whatever it does: it tells no mutant from the original. */
const isOfTexts = (test: string) => ['select-columns.test.ts', 'conventions.test.ts'].includes(basename(test));

/** Whether a statement is read at each call: tests that stay loaded see another text of it. */
export const isReadAnew = (file: string) =>
  /^(?:athena|lambdas\/model)\/.*\.sql$/u.test(file) && file !== attributionFile;

/** The tests of a room that can see a source. */
export function testsOf(root: string, file: string, room: Room): string[] {
  const ofRoom = filesUnder(root, room.tests).filter(
    (name) => name.endsWith('.test.ts') && !(file.endsWith('.sql') && isOfTexts(name)),
  );
  const found = file.endsWith('.sql') ? testsOfSql(root, file, room, ofRoom) : relatedTests(root, file);
  return found.filter((test) => ofRoom.includes(test));
}
