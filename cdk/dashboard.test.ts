import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { fingerprintOf } from '../lambdas/session/fingerprint.ts';
import { parseConfig } from './config.ts';
import { newPublicKey, resourcesOf, templatesOf, withDashboard } from './templates.ts';

const keys = [newPublicKey(), newPublicKey()];
const templates = templatesOf(withDashboard(...keys));
const { dashboard, storage } = templates;
if (dashboard === undefined) throw new Error('The context describes a dashboard, and none is made.');

const Behavior = z.object({
  PathPattern: z.string().optional(),
  TargetOriginId: z.string(),
  TrustedKeyGroups: z.unknown().array().optional(),
  ViewerProtocolPolicy: z.string(),
  AllowedMethods: z.string().array().optional(),
  ResponseHeadersPolicyId: z.object({ Ref: z.string() }),
});
const Site = z.object({
  DistributionConfig: z.object({
    DefaultCacheBehavior: Behavior,
    CacheBehaviors: Behavior.array(),
    Origins: z.array(
      z.looseObject({
        Id: z.string(),
        OriginAccessControlId: z.unknown(),
        OriginPath: z.string().optional(),
        S3OriginConfig: z.object({ OriginAccessIdentity: z.literal('') }).optional(),
      }),
    ),
    ViewerCertificate: z.unknown(),
    Aliases: z.unknown(),
    CustomErrorResponses: z.unknown(),
    HttpVersion: z.string(),
  }),
});
const site = Site.parse(resourcesOf(templates, 'AWS::CloudFront::Distribution')[0]?.Properties).DistributionConfig;
const behaviors = [site.DefaultCacheBehavior, ...site.CacheBehaviors];

test('there is none where the context names none, and the lake has no reader of its site', () => {
  const without = templatesOf();
  expect(without.dashboard).toBeUndefined();
  expect(JSON.stringify(without.storage.toJSON())).not.toContain('cloudfront');
});

describe('nobody without a session', () => {
  test('gets the page or its data: each way but that of the sign-in asks for a signed cookie', () => {
    expect(
      behaviors.map(({ PathPattern = '*', TrustedKeyGroups }) => [PathPattern, TrustedKeyGroups?.length ?? 0]),
    ).toEqual([
      ['*', 1],
      ['/data/manifest.json', 1],
      ['/data/*', 1],
      ['/assets/*', 1],
      ['/api/*', 1],
      ['/auth/*', 0],
    ]);
  });

  test('reaches the objects or the function beside CloudFront: both answer to it alone', () => {
    expect(site.Origins.map(({ OriginAccessControlId }) => OriginAccessControlId)).toEqual(
      site.Origins.map(() => ({ 'Fn::GetAtt': [expect.any(String), 'Id'] })),
    );
    dashboard.allResourcesProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: Match.objectLike({ SigningBehavior: 'always', SigningProtocol: 'sigv4' }),
    });
    dashboard.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
    const permissions = resourcesOf({ dashboard }, 'AWS::Lambda::Permission').map(({ Properties }) => Properties);
    expect(permissions.map(({ Principal, Action, SourceArn }) => [Principal, Action, SourceArn !== undefined])).toEqual(
      expect.arrayContaining([
        ['cloudfront.amazonaws.com', 'lambda:InvokeFunctionUrl', true],
        ['cloudfront.amazonaws.com', 'lambda:InvokeFunction', true],
      ]),
    );
    // Of each of the two functions.
    expect(permissions).toHaveLength(4);
    for (const permission of permissions.filter(({ Action }) => Action === 'lambda:InvokeFunction'))
      expect(permission).toMatchObject({ InvokedViaFunctionUrl: true });
  });

  test('becomes one of the people: they are added by hand, and have a second factor', () => {
    dashboard.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
    dashboard.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      CallbackURLs: ['https://dashboard.shop.fr/auth/callback'],
      LogoutURLs: ['https://dashboard.shop.fr/auth/welcome'],
      PreventUserExistenceErrors: 'ENABLED',
      SupportedIdentityProviders: ['COGNITO'],
    });
  });
});

test('CloudFront reads the site of the lake, and nothing else of it', () => {
  const s3 = site.Origins.filter(({ S3OriginConfig }) => S3OriginConfig !== undefined);
  expect(s3.map(({ OriginPath }) => OriginPath)).toEqual(['/site']);
  const statements = resourcesOf({ storage }, 'AWS::S3::BucketPolicy')
    .flatMap(
      ({ Properties }) =>
        z
          .object({ PolicyDocument: z.object({ Statement: z.array(z.looseObject({ Principal: z.unknown() })) }) })
          .parse(Properties).PolicyDocument.Statement,
    )
    .filter(({ Principal }) => JSON.stringify(Principal).includes('cloudfront'));
  expect(statements).toEqual([
    expect.objectContaining({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^Lake/), 'Arn'] }, '/site/*']] },
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnLike: { 'aws:SourceArn': expect.anything() },
      },
    }),
  ]);
});

/** What the role of a function of the dashboard may do. */
const policiesOf = (name: string) =>
  JSON.stringify(resourcesOf({ dashboard }, 'AWS::IAM::Policy').filter(({ id }) => id.startsWith(`${name}Role`)));

test('the function of the session reads its key and nothing of the lake', () => {
  const policies = policiesOf('Session');
  expect(policies).not.toContain('s3:');
  expect(policies).toContain('secret:sillage-dev-dashboard-key-??????');
  expect(policies).not.toContain('pseudonym-key');
});

test('what the page asks of the lake is asked in a workgroup of its own, of what holds no personal data as it came', () => {
  dashboard.hasResourceProperties('AWS::Athena::WorkGroup', {
    Name: 'sillage-dev-dashboard',
    WorkGroupConfiguration: Match.objectLike({ BytesScannedCutoffPerQuery: 10e9, EnforceWorkGroupConfiguration: true }),
  });
  const policies = policiesOf('Ask');
  expect(policies).toContain(':workgroup/sillage-dev-dashboard');
  for (const never of [
    '/raw/',
    'rejects',
    'secretsmanager:',
    '"s3:DeleteObject',
    'glue:Create',
    'glue:Delete',
    'ops/*',
  ])
    expect([never, policies.includes(never)]).toEqual([never, false]);
  dashboard.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
    ResponseHeadersPolicyConfig: Match.objectLike({
      CustomHeadersConfig: Match.objectLike({
        Items: Match.arrayWith([
          { Header: 'sillage-api', Value: '/api/', Override: true },
          { Header: 'sillage-api-parts', Value: 'query tables', Override: true },
        ]),
      }),
    }),
  });
});

test('the way there is TLS 1.2 under a name of its own', () => {
  expect(site).toMatchObject({
    Aliases: ['dashboard.shop.fr'],
    HttpVersion: 'http2and3',
    ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
    CustomErrorResponses: [
      { ErrorCode: 403, ResponseCode: 403, ResponsePagePath: '/auth/welcome', ErrorCachingMinTTL: 0 },
    ],
  });
  expect(behaviors.map(({ ViewerProtocolPolicy }) => ViewerProtocolPolicy)).toEqual([
    'https-only',
    'https-only',
    'https-only',
    'https-only',
    'https-only',
    'redirect-to-https',
  ]);
});

test.each(
  resourcesOf({ dashboard }, 'AWS::CloudFront::ResponseHeadersPolicy').map((policy) => [policy.id, policy] as const),
)('%s lets a page run its own scripts alone, and nobody frame it', (_, { Properties }) => {
  expect(Properties).toMatchObject({
    ResponseHeadersPolicyConfig: {
      SecurityHeadersConfig: {
        ContentSecurityPolicy: {
          ContentSecurityPolicy: expect.stringMatching(
            /^default-src 'none'; script-src 'self'; (?!.*(?:unsafe|\*|https?:)).*frame-ancestors 'none'$/,
          ),
          Override: true,
        },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000, IncludeSubdomains: true, Override: true },
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: 'DENY', Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
      },
    },
  });
});

test('every way has such headers, and each key is known by its fingerprint', () => {
  expect(new Set(behaviors.map(({ ResponseHeadersPolicyId }) => ResponseHeadersPolicyId.Ref)).size).toBe(5);
  expect(resourcesOf({ dashboard }, 'AWS::CloudFront::PublicKey')).toHaveLength(2);
  const text = JSON.stringify(resourcesOf({ dashboard }, 'AWS::Lambda::Function'));
  for (const key of keys) expect(text).toContain(fingerprintOf(createPublicKey(key)));
});

describe('a context that describes half a dashboard, or a weak one, is refused', () => {
  const shop = { shopOrigins: 'https://www.shop.fr' };
  const whole = withDashboard(...keys);
  const pem = (size: number) =>
    generateKeyPairSync('rsa', { modulusLength: size }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['a name alone', { dashboardDomain: 'dashboard.shop.fr' }, 'needs all three of dashboardDomain'],
    ['an address for a name', { ...whole, dashboardDomain: 'https://dashboard.shop.fr' }, 'A host is a name'],
    [
      'a certificate of another region',
      { ...whole, dashboardCertificateArn: whole.dashboardCertificateArn.replace('us-east-1', 'eu-west-3') },
      'ACM in us-east-1',
    ],
    ['a short key', { ...whole, dashboardPublicKeys: pem(1024) }, 'RSA of 2048 bits'],
    ['a key of another kind', { ...whole, dashboardPublicKeys: elliptic.toString() }, 'RSA of 2048 bits'],
    ['no key at all', { ...whole, dashboardPublicKeys: 'key.pem' }, 'dashboardPublicKeys'],
    ['three keys', { ...whole, dashboardPublicKeys: [...keys, newPublicKey()] }, 'dashboardPublicKeys'],
  ])('%s', (_, context, message) => {
    expect(() => parseConfig({ ...shop, ...context })).toThrow(message);
  });

  test('a list of keys is as good as a text of them', () => {
    const { dashboard: read } = parseConfig({ ...shop, ...whole, dashboardPublicKeys: keys });
    expect(read?.publicKeys.map((key) => key.trim())).toEqual(keys.map((key) => key.trim()));
  });
});
