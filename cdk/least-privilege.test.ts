import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { optionalFunctions, functionNames } from './bundle.ts';
import { resourcesOf, templatesOf } from './templates.ts';

const templates = templatesOf();

const list = z.union([z.unknown().array(), z.unknown().transform((one) => [one])]);
const Policy = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({
        Effect: z.enum(['Allow', 'Deny']),
        Action: list.pipe(z.array(z.string())),
        Resource: list,
      }),
    ),
  }),
  Roles: z.tuple([z.object({ Ref: z.string() })]),
});

/** What a template says of a resource, in short: `<lake>/raw/*`. */
function short(resource: unknown): string {
  return JSON.stringify(resource)
    .replaceAll(/\{"Fn::ImportValue":"[^"]*FnGetAttLake[^"]*"\}/g, '"<lake>"')
    .replaceAll(/\{"Fn::ImportValue":"[^"]*FnGetAttQueryResults[^"]*"\}/g, '"<answers>"')
    .replaceAll(/\{"Fn::ImportValue":"[^"]*FnGetAtt([A-Z][a-z]+)\w*Arn\w*"\}/g, '"<$1>"')
    .replaceAll(/\{"Fn::GetAtt":\["([A-Z][a-z]+)\w*","Arn"\]\}/g, '"<$1>"')
    .replaceAll(/\{"Fn::ImportValue":"[^"]*RefQueryResults[^"]*"\}/g, '"<results>"')
    .replaceAll(/\{"Ref":"AWS::AccountId"\}/g, '"<account>"')
    .replaceAll(/\{"Ref":"(\w+?)[0-9A-F]{8}"\}/g, '"<$1>"')
    .replaceAll(/\{"Fn::Join":\["",\[(.*?)\]\]\}/g, (_, parts: string) => parts.replaceAll('","', ''))
    .replaceAll('"', '')
    .replace('arn:aws:s3:::<results>', '<results>');
}

/** Every statement, as `role: action on resource`. */
const statements = resourcesOf(templates, 'AWS::IAM::Policy').flatMap(({ Properties }) => {
  const { PolicyDocument, Roles } = Policy.parse(Properties);
  const role = Roles[0].Ref.replace(/Role[0-9A-F]{8}$/, '');
  return PolicyDocument.Statement.flatMap(({ Effect, Action, Resource }) =>
    Action.flatMap((action) =>
      Resource.map((resource) => ({ role, effect: Effect, action, resource: short(resource) })),
    ),
  );
});
const grants = statements.flatMap(({ effect, ...grant }) => (effect === 'Allow' ? [grant] : []));
const denials = statements.flatMap(({ effect, ...denial }) => (effect === 'Deny' ? [denial] : []));

const of = (role: string, service: string) =>
  grants
    .filter((grant) => grant.role === role && grant.action.startsWith(`${service}:`))
    .map(({ action, resource }) => `${action.slice(service.length + 1)} ${resource}`)
    .toSorted();

const onLake = (action: string, ...keys: string[]) => keys.map((key) => `${action} <lake>/${key}`);
const listing = 'ListBucket <lake>';
const writing = (...keys: string[]) => [...onLake('AbortMultipartUpload', ...keys), ...onLake('PutObject', ...keys)];

describe('what each function may do with the lake', () => {
  test.each([
    ['Collect', []],
    ['Land', [...writing('raw/web/*', 'ops/rejects/*'), ...onLake('PutObject', 'aws/lambda/*'), listing]],
    [
      'Lease',
      [
        listing,
        ...onLake('GetObject', 'ops/lease.json'),
        ...writing('ops/lease.json'),
        ...onLake('DeleteObject', 'ops/lease.json'),
      ],
    ],
    [
      'Import',
      [
        listing,
        ...onLake(
          'GetObject',
          'inbox/*',
          'inbox-answers/*',
          'raw/imports/*',
          'raw/influencers/deals/*',
          'raw/crm/orders/*',
          'ops/lease.json',
          'shop.json',
          'experiments.json',
        ),
        ...writing('raw/*', 'inbox-answers/*', 'ops/lease.json'),
        ...onLake('DeleteObject', 'inbox/*', 'inbox-answers/*'),
      ],
    ],
    [
      'Plan',
      [
        listing,
        ...onLake('GetObject', 'raw/*', 'curated/*', 'marts/*', 'ops/*', 'shop.json', 'experiments.json'),
        ...writing('ops/*'),
        ...onLake('DeleteObject', 'curated/*', 'marts/*', 'ops/rejects/*', 'ops/routes/*'),
      ],
    ],
    [
      'Transform',
      [
        listing,
        ...onLake('GetObject', 'raw/*', 'curated/*', 'ops/*', 'shop.json', 'experiments.json'),
        ...writing('curated/*', 'ops/*'),
        ...onLake('DeleteObject', 'ops/rejects/*'),
      ],
    ],
    [
      'Model',
      [
        listing,
        ...onLake('GetObject', 'curated/*', 'marts/*', 'ops/*', 'shop.json', 'experiments.json'),
        ...writing('marts/*', 'ops/*'),
        'GetBucketLocation <lake>',
        'GetBucketLocation <results>',
        'ListBucket <results>',
        ...['AbortMultipartUpload', 'DeleteObject', 'GetObject', 'PutObject'].map(
          (action) => `${action} <results>/scratch/*`,
        ),
      ],
    ],
    [
      'Attribute',
      [
        listing,
        ...onLake('GetObject', 'marts/path_types/*', 'ops/plans/*', 'ops/lease.json'),
        ...writing('marts/attribution_weights/*', 'ops/pipeline_runs/*', 'ops/lease.json'),
      ],
    ],
    [
      'Join',
      [
        listing,
        ...onLake('GetObject', 'raw/web/*', 'raw/crm/orders/*/webhook-*', 'ops/joins/*', 'ops/lease.json'),
        ...writing('raw/web/*', 'raw/crm/orders/*/webhook-*', 'ops/joins/*', 'ops/lease.json'),
        ...onLake('DeleteObject', 'raw/web/*', 'raw/crm/orders/*/webhook-*', 'ops/joins/*'),
      ],
    ],
    [
      'Check',
      [
        listing,
        ...onLake('GetObject', 'curated/*', 'marts/*', 'ops/*', 'shop.json', 'experiments.json'),
        ...writing('ops/*'),
        ...onLake('DeleteObject', 'ops/pipeline_runs/*'),
      ],
    ],
    [
      'Publish',
      [
        listing,
        ...onLake('GetObject', 'curated/*', 'marts/*', 'ops/*', 'shop.json', 'experiments.json', 'site/*'),
        ...writing('ops/lease.json', 'site/*'),
      ],
    ],
    [
      'Forget',
      [
        listing,
        'ListBucketVersions <lake>',
        ...onLake('GetObject', '*'),
        ...writing('*'),
        ...onLake('DeleteObject', '*'),
        ...onLake('GetObjectVersion', '*'),
        ...onLake('DeleteObjectVersion', '*'),
        'ListBucket <answers>',
        'DeleteObject <answers>/athena-results/*',
        'DeleteObject <answers>/scratch/*',
      ],
    ],
  ])('%s', (role, expected) => {
    expect(of(role, 's3')).toEqual(expected.toSorted());
  });
});

test('model alone asks Athena, in a workgroup of its own, and makes no table but one of scratch', () => {
  const [athena, glue] = ['athena', 'glue'].map((service) => `arn:aws:${service}:eu-west-3:<account>`);
  expect(of('Model', 'athena')).toEqual(
    ['GetQueryExecution', 'GetQueryResults', 'StartQueryExecution', 'StopQueryExecution'].map(
      (action) => `${action} ${athena}:workgroup/sillage-dev-models`,
    ),
  );
  const changing = of('Model', 'glue').filter((grant) => !grant.startsWith('Get'));
  expect(changing).toEqual(
    ['CreateTable', 'DeleteTable'].flatMap((action) =>
      ['catalog', 'database/sillage_dev', 'table/sillage_dev/scratch_*'].map(
        (resource) => `${action} ${glue}:${resource}`,
      ),
    ),
  );
  expect([...new Set(grants.filter(({ action }) => /^(?:athena|glue):/.test(action)).map(({ role }) => role))]).toEqual(
    ['Model'],
  );
});

test('erasure writes nothing that a run makes', () => {
  // All but the events, whose raw expires: a slice of them may have nothing else to be made from.
  const tables = ['ad_spend', 'customers', 'fx_rates', 'influencer_deals', 'influencer_posts', 'influencers', 'keyword_spend', 'order_items', 'orders', 'product_costs', 'products', 'refunds']; // prettier-ignore
  const ops = ['check_results', 'checked', 'ledger', 'routes', 'plans'].map((name) => `ops/${name}`);
  const keys = [...tables.map((name) => `curated/${name}`), 'marts', ...ops];
  expect(denials.map(({ role, action, resource }) => `${role}: ${action} ${resource}`).toSorted()).toEqual(
    [
      ...['s3:PutObject', 's3:DeleteObject'].flatMap((action) =>
        keys.map((key) => `Forget: ${action} <lake>/${key}/*`),
      ),
      'Forget: s3:DeleteObject <lake>/ops/pipeline_runs/*',
    ].toSorted(),
  );
});

test('erasure alone removes a version, which nothing brings back; of raw, the others remove what was joined alone', () => {
  const who = (action: string, on: (resource: string) => boolean) => [
    ...new Set(grants.filter((grant) => grant.action === action && on(grant.resource)).map(({ role }) => role)),
  ];
  expect(who('s3:DeleteObjectVersion', () => true)).toEqual(['Forget']);
  expect(who('s3:GetObjectVersion', () => true)).toEqual(['Forget']);
  expect(who('s3:DeleteObject', (on) => /<lake>\/(?:\*|raw|aws)/.test(on)).toSorted()).toEqual(['Forget', 'Join']);
  expect(who('s3:DeleteObject', (on) => on.endsWith('scratch/*')).toSorted()).toEqual(['Forget', 'Model']);
  expect(who('s3:DeleteObject', (on) => !on.startsWith('<lake>/') && !on.endsWith('scratch/*'))).toEqual(['Forget']);
  expect(grants.filter(({ action }) => /BypassGovernance|Lifecycle|Versioning$/.test(action))).toEqual([]);
});

test('who may ask for an erasure may ask the function, start the run and see how it ends, and no role has that policy', () => {
  const [erasers] = resourcesOf({ erasure: templates.erasure }, 'AWS::IAM::ManagedPolicy');
  const { PolicyDocument } = Policy.omit({ Roles: true }).parse(erasers?.Properties);
  expect(
    PolicyDocument.Statement.map(
      ({ Effect, Action, Resource }) => `${Effect} ${Action.join()} ${Resource.map(short).join()}`,
    ),
  ).toEqual([
    'Allow lambda:InvokeFunction <Forget>',
    expect.stringMatching(/^Allow states:StartExecution .*Pipeline/),
    'Allow states:DescribeExecution arn:aws:states:eu-west-3:<account>:execution:sillage-dev-pipeline:*',
  ]);
  expect(Object.keys(erasers?.Properties ?? {}).filter((name) => /^(?:Roles|Users|Groups)$/.test(name))).toEqual([]);
  expect(
    grants.filter(({ action, resource }) => action === 'lambda:InvokeFunction' && /Forget/.test(resource)),
  ).toEqual([]);
});

test('only plan, transform and forget read the key of the pseudonyms', () => {
  expect(grants.filter(({ action }) => action.startsWith('secretsmanager:'))).toEqual(
    ['Plan', 'Transform', 'Forget'].map((role) => ({
      role,
      action: 'secretsmanager:GetSecretValue',
      resource: 'arn:aws:secretsmanager:eu-west-3:<account>:secret:sillage-dev-pseudonym-key-??????',
    })),
  );
});

test('collect puts into the stream, land reads it, and nobody else knows it', () => {
  expect(of('Collect', 'kinesis')).toEqual([expect.stringMatching(/^PutRecords <Web/)]);
  expect(
    grants.filter(({ role, action }) => action.startsWith('kinesis:') && !['Collect', 'Land'].includes(role)),
  ).toEqual([]);
  expect(of('Land', 'kinesis').filter((grant) => /^(Put|Delete|Merge|Split|Update|Create)/.test(grant))).toEqual([]);
});

test('the machine calls the functions of the pipeline, and starts nothing but batches of its own', () => {
  const called = functionNames.filter((name) => !['collect', 'land', 'forget', ...optionalFunctions].includes(name));
  expect(of('Machine', 'lambda')).toEqual(
    called.map((name) => `InvokeFunction <${name.charAt(0).toUpperCase()}${name.slice(1)}>`).toSorted(),
  );
  const machine = 'arn:aws:states:eu-west-3:<account>';
  expect(of('Machine', 'states')).toEqual([
    `DescribeExecution ${machine}:execution:sillage-dev-pipeline/*`,
    `RedriveExecution ${machine}:execution:sillage-dev-pipeline/*`,
    `StartExecution ${machine}:stateMachine:sillage-dev-pipeline`,
    `StopExecution ${machine}:execution:sillage-dev-pipeline/*`,
  ]);
});

test.each([
  ['the schedules', 'SchedulerRole'],
  ['a file in the inbox', 'Inbox'],
])('the role of %s starts this machine and does nothing else', (_, name) => {
  const role = grants.filter((grant) => grant.role.startsWith(name));
  expect(role.map(({ action, resource }) => `${action} ${resource}`)).toEqual(['states:StartExecution <Pipeline>']);
});

test('no grant names all resources but where AWS knows none, and none names all actions', () => {
  const everything = grants.filter(({ resource }) => resource === '*').map(({ action }) => action);
  expect([...new Set(everything)].toSorted()).toEqual([
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
  expect(grants.filter(({ action }) => action.includes('*'))).toEqual([]);
  // Neither by a policy that AWS wrote, nor by one within a role.
  const roles = resourcesOf(templates, 'AWS::IAM::Role');
  expect(roles.length).toBe(functionNames.length - optionalFunctions.length + 3);
  expect(roles.filter(({ Properties }) => 'ManagedPolicyArns' in Properties || 'Policies' in Properties)).toEqual([]);
});

test('no function can be called by a stranger', () => {
  const permissions = resourcesOf(templates, 'AWS::Lambda::Permission');
  expect(permissions.map(({ Properties }) => [Properties['Principal'], 'SourceArn' in Properties])).toEqual([
    ['apigateway.amazonaws.com', true],
    ['apigateway.amazonaws.com', true],
  ]);
});
