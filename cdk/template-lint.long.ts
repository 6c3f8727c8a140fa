/**
 * The templates, read by AWS's own linter of CloudFormation: a property that a resource has not, a reference to
 * nothing, a value out of its range.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import * as z from 'zod';
import { templatesOf, withDashboard, withReport } from './templates.ts';

/**
 * W3005: a resource names another that it also refers to. CDK writes both for the policies of a role, and it is right
 * to.
 */
const passedOver = ['W3005'];

const linter = process.env['CFN_LINT'] ?? 'cfn-lint';
const isThere = spawnSync(linter, ['--version']).status === 0;
const mayBeSkipped = process.env['CI'] !== 'true' || process.env['SILLAGE_ALLOW_SKIPS'] !== undefined;
const linting = isThere || !mayBeSkipped ? test : test.skip;
const why = isThere || !mayBeSkipped ? '' : ' (skipped: there is no cfn-lint; CFN_LINT names it)';

const folder = mkdtempSync(join(tmpdir(), 'sillage-cfn-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Found = z.array(z.object({ Filename: z.string(), Message: z.string(), Rule: z.object({ Id: z.string() }) }));

/** What the linter finds in some templates, each with its rule. */
function findings(templates: Readonly<Record<string, object>>): string[] {
  const paths = Object.entries(templates).map(([name, template]) => {
    const path = join(folder, `${name}.template.json`);
    writeFileSync(path, JSON.stringify(template));
    return path;
  });
  const { stdout } = spawnSync(
    linter,
    ['--format', 'json', '--regions', 'eu-west-3', '--ignore-checks', ...passedOver, '--', ...paths],
    { encoding: 'utf8' },
  );
  return Found.parse(JSON.parse(stdout)).map(
    ({ Filename, Rule, Message }) => `${Filename.slice(folder.length + 1)} ${Rule.Id}: ${Message}`,
  );
}

linting(`cfn-lint finds nothing in any template, that of the dashboard included${why}`, () => {
  const templates = Object.entries(templatesOf({ ...withDashboard(), ...withReport }));
  expect(templates.length).toBeGreaterThan(8);
  expect(findings(Object.fromEntries(templates.map(([name, template]) => [name, template.toJSON()])))).toEqual([]);
});

linting(`and it does find what is wrong${why}`, () => {
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketNam: 'x' } };
  expect(findings({ wrong: { Resources: { Lake: bucket } } })).toEqual([expect.stringContaining("'BucketNam'")]);
});
