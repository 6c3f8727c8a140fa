import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { home } from '../lambdas/shared/home.ts';
import { functionNames } from './bundle.ts';
import { configOf } from './config.ts';
import { addStacks } from './stacks.ts';

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** Folder with a bundle for each function, for tests of templates: what is in them does not matter. */
function emptyBundles(root: string): string {
  for (const name of functionNames) {
    mkdirSync(join(root, 'bundles', name), { recursive: true });
    writeFileSync(join(root, 'bundles', name, 'index.mjs'), `export const handler = '${name}';\n`);
  }
  return join(root, 'bundles');
}

/** A public key of a pair, PEM. */
export const newPublicKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** The context of a deployment with a dashboard. */
export const withDashboard = (...publicKeys: readonly string[]) => ({
  dashboardDomain: 'dashboard.shop.fr',
  dashboardCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
  dashboardPublicKeys: publicKeys.length > 0 ? publicKeys.join('') : newPublicKey(),
});

/** The context of a deployment that mails its report. */
export const withReport = { reportFrom: 'sillage@shop.fr', reportTo: 'boss@shop.fr, team@shop.fr' };

/**
 * The stacks as `cdk.json` describes them, with what is said otherwise: for tests, in a folder that goes with the
 * machine's others.
 * @param validates whether CDK's own validation of templates runs, as in a deployment: to load it takes eight seconds
 */
export function synthesised(context: Readonly<Record<string, unknown>> = {}, { validates = true } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'sillage-cdk-'));
  const said = CdkJson.parse(JSON.parse(readFileSync(new URL('cdk.json', home), 'utf8'))).context;
  const app = new App({
    context: { ...said, ...context },
    outdir: join(root, 'out'),
    builtinCloudFormationValidation: validates,
  });
  const stacks = addStacks(app, { config: configOf(app.node), bundles: emptyBundles(root) });
  return { app, root, stacks };
}

/** The template of each stack. */
export function templatesOf(context?: Readonly<Record<string, unknown>>) {
  const { stacks, root } = synthesised(context, { validates: false });
  const templates = {
    storage: Template.fromStack(stacks.storage),
    stream: Template.fromStack(stacks.stream),
    pipeline: Template.fromStack(stacks.pipeline),
    erasure: Template.fromStack(stacks.erasure),
    web: Template.fromStack(stacks.web),
    monitoring: Template.fromStack(stacks.monitoring),
    catalogue: Template.fromStack(stacks.catalogue),
    questions: Template.fromStack(stacks.questions),
    ...(stacks.dashboard && { dashboard: Template.fromStack(stacks.dashboard) }),
    ...(stacks.report && { report: Template.fromStack(stacks.report) }),
  };
  rmSync(root, { recursive: true });
  return templates;
}

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
});

/** The resources of a type over all templates, by stack and logical name. */
export function resourcesOf(templates: Readonly<Record<string, Template>>, type: string) {
  return Object.entries(templates).flatMap(([stack, template]) =>
    Object.entries(template.findResources(type)).map(([id, resource]) => ({ stack, id, ...Resource.parse(resource) })),
  );
}
