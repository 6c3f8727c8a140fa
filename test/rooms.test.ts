/** Which part of the house may ask which: imports point one way, those of types too, and no two files ask each other. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, normalize, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { home } from '../lambdas/shared/home.ts';

const rooms = ['athena', 'bench', 'bin', 'cdk', 'cli', 'dashboard', 'docs', 'lambdas', 'localstack', 'test', 'tracker'];
const files = rooms.flatMap((room) =>
  readdirSync(new URL(`${room}/`, home), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `${room}/${file}`),
);
/** What each file imports of the house, by its path. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(new URL(file, home), 'utf8');
    const asked = text.matchAll(/^(?:import|export)\b[^;]*?['"](?<path>\.[^'"]+)['"];$/gm);
    return [file, [...asked].map(({ groups }) => normalize(join(dirname(file), groups?.['path'] ?? '')))];
  }),
);

/** The files of a circle, each of which imports the next; empty where there is none. */
function circle(of: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const from = (file: string, way: readonly string[]): readonly string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of of.get(file) ?? []) {
      const found = from(next, [...way, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of of.keys()) {
    const found = from(file, []);
    if (found.length > 0) return found;
  }
  return [];
}

test('no two files import each other, by whatever way', () => {
  expect(imports.get('test/rooms.test.ts')).toEqual(['lambdas/shared/home.ts']);
  expect(circle(imports)).toEqual([]);
  const made = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['d', 'b']],
    ['d', []],
  ]);
  expect(circle(made)).toEqual(['b', 'c', 'b']);
});

describe('what runs in production imports', () => {
  /** Of each room, the folders that it may ask besides itself. The first that fits a file counts. */
  const allowed: readonly (readonly [folder: string, folders: readonly string[]])[] = [
    ['lambdas/shared/', []],
    // On AWS, too, DuckDB builds the models, and what a person asks goes through the laptop's gate.
    ...['ask', 'check', 'model', 'plan', 'publish'].map(
      (step) =>
        [`lambdas/${step}/`, ['lambdas/', 'localstack/embedded/warehouse/', 'localstack/embedded/reader/']] as const,
    ),
    // The week that is mailed is the dashboard's own report.
    ['lambdas/report/', ['lambdas/', 'dashboard/']],
    ['lambdas/', []],
    ['localstack/embedded/warehouse/', ['lambdas/', 'localstack/embedded/lake/']],
    ['localstack/', ['lambdas/', 'dashboard/', 'tracker/']],
    ['dashboard/', ['lambdas/']],
    ['tracker/', ['lambdas/collect/', 'lambdas/shared/']],
    ['cli/', ['lambdas/', 'localstack/', 'dashboard/']],
    ['cdk/', ['lambdas/', 'dashboard/']],
    ['bin/', ['lambdas/', 'cli/', 'cdk/']],
  ];
  /** Tests, and what stands beside them for them alone. */
  const isOfTests = (file: string) =>
    /\.(?:test|long|contract|samples|fixture|trino|aws)\.tsx?$|\/fixture\.ts$/.test(file);

  test.each(allowed.map(([folder]) => folder))('of other parts what %s may ask', (folder) => {
    const own = files.filter(
      (file) => !isOfTests(file) && allowed.find(([first]) => file.startsWith(first))?.[0] === folder,
    );
    const may = [folder, ...(allowed.find(([first]) => first === folder)?.[1] ?? [])];
    expect(own).not.toEqual([]);
    expect(
      own.flatMap((file) =>
        (imports.get(file) ?? []).flatMap((one) =>
          may.some((first) => one.startsWith(first)) ? [] : [`${file} imports ${one}`],
        ),
      ),
    ).toEqual([]);
  });
});
