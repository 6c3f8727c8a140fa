import { expect, test } from '@jest/globals';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { synthesised, withDashboard, withReport } from './templates.ts';

const Report = z.object({
  pluginReports: z.array(z.object({ pluginName: z.string(), violations: z.array(z.object({ ruleName: z.string() })) })),
});

/** The rules that cdk-nag finds broken, by pack. */
function findings({ app, root }: Pick<ReturnType<typeof synthesised>, 'app' | 'root'>): string[] {
  try {
    app.synth();
  } catch (error) {
    // The synthesis ends where something was found.
    if (!String(error).includes('ValidationFailed')) throw error;
  }
  const report: unknown = JSON.parse(readFileSync(join(root, 'out', 'validation-report.json'), 'utf8'));
  rmSync(root, { recursive: true });
  return Report.parse(report).pluginReports.flatMap(({ pluginName, violations }) =>
    violations.map(({ ruleName }) => `${pluginName}: ${ruleName}`),
  );
}

test.each([
  ['as it is', {}],
  [
    'with all that the context may add',
    {
      alarmEmail: 'ops@shop.fr',
      deleteData: true,
      streamMode: 'onDemand',
      architecture: 'x64',
      orderWebhooks: 'shopify,woocommerce',
      ...withDashboard(),
      ...withReport,
    },
  ],
  ['in production', { environment: 'prod', shopOrigins: 'https://www.shop.fr' }],
])('cdk-nag has nothing left to say of the stacks, %s', (_, context) => {
  expect(findings(synthesised(context))).toEqual([]);
});

test('both packs look at every stack: what is added without the defaults of the house is found', () => {
  const { app, root, stacks } = synthesised();
  new Bucket(stacks.monitoring, 'Plain');
  new LambdaFunction(stacks.web, 'Plain', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => 1;'),
  }).addToRolePolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  expect(findings({ app, root })).toEqual(
    expect.arrayContaining([
      'AwsSolutions: AwsSolutions-S1',
      'AwsSolutions: AwsSolutions-S10',
      'AwsSolutions: AwsSolutions-IAM5[Action::s3:*]',
      'AwsSolutions: AwsSolutions-IAM5[Resource::*]',
      'Serverless: Serverless-LambdaTracing',
      'Serverless: Serverless-LambdaDLQ',
    ]),
  );
});
