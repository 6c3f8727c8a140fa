import { createPublicKey } from 'node:crypto';
import { CfnOutput, Duration, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  KeyGroup,
  OriginRequestPolicy,
  PriceClass,
  PublicKey,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
  type AddBehaviorOptions,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { FunctionUrlAuthType, type FunctionUrl } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { fingerprintOf } from '../lambdas/session/fingerprint.ts';
import { databaseOf, workgroupOf } from '../lambdas/shared/aws/athena-names.ts';
import { nameOf } from './config.ts';
import { askStatements } from './constructs/ask-statements.ts';
import { HouseFunction, type House } from './constructs/house-function.ts';
import { readSecret } from './constructs/read-secret.ts';
import type { LakeBucket } from './constructs/lake-statements.ts';
import { SignIn } from './constructs/sign-in.ts';
import { limitedWorkgroup } from './constructs/workgroup.ts';
import type { DashboardConfig } from './dashboard-config.ts';
import { securityHeaders } from './dashboard-headers.ts';

export interface DashboardStackProps extends StackProps {
  readonly dashboard: DashboardConfig;
  readonly lake: LakeBucket;
  /** Where answers to queries are kept. */
  readonly results: LakeBucket;
}

/**
 * The dashboard: CloudFront over the prefix `site/` of the lake, for people of the user pool alone. Without a session
 * CloudFront gives away nothing but the way in; the session is a cookie that it checks itself, signed by the one
 * function that knows the key.
 */
export class DashboardStack extends Stack {
  readonly session: HouseFunction;
  /** Answers what the page asks of the lake itself. */
  readonly ask: HouseFunction;

  constructor(scope: Construct, id: string, props: House & DashboardStackProps) {
    const { config, bundles, dashboard, lake, results, ...rest } = props;
    super(scope, id, { ...rest, description: 'Sillage: the dashboard, behind a sign-in.' });
    const house = { config, bundles };
    const signIn = new SignIn(this, 'SignIn', { ...house, domain: dashboard.domain });
    const keys = dashboard.publicKeys.map((encodedKey) => ({
      fingerprint: fingerprintOf(createPublicKey(encodedKey)),
      encodedKey,
    }));
    const publicKeys = keys.map(({ fingerprint, encodedKey }) => ({
      fingerprint,
      // Named by itself, since CloudFront cannot change a key: another one is another resource.
      key: new PublicKey(this, `Key${fingerprint.slice(0, 12)}`, { encodedKey: `${encodedKey}\n` }),
    }));
    const keyGroup = new KeyGroup(this, 'Keys', { items: publicKeys.map(({ key }) => key) });
    this.session = this.#session(
      house,
      signIn,
      dashboard,
      Object.fromEntries(publicKeys.map(({ fingerprint, key }) => [fingerprint, key.publicKeyId])),
    );
    const url = this.session.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
    this.ask = this.#ask(house, dashboard, { lake, results });
    const askUrl = this.ask.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
    const distribution = this.#distribution(props, keyGroup, url, askUrl);
    new CfnOutput(this, 'DashboardTarget', {
      value: distribution.distributionDomainName,
      description: `A CNAME record of ${dashboard.domain} points here.`,
    });
    new CfnOutput(this, 'UserPoolId', { value: signIn.pool.userPoolId, description: 'Whom you add here may sign in.' });
  }

  #session(
    house: House,
    signIn: SignIn,
    { domain }: DashboardConfig,
    keyIds: Readonly<Record<string, string>>,
  ): HouseFunction {
    const secretName = nameOf(house.config, 'dashboard-key');
    const secret = new Secret(this, 'PrivateKey', {
      secretName,
      description: 'Private key that sessions of the dashboard are signed with, PEM: put it in by hand.',
      removalPolicy: house.config.dataRemoval,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'CloudFront must know the public half before the private one is used, which takes a deployment: it is ' +
        'changed by hand, as the runbook says.',
    });
    return new HouseFunction(this, 'Session', {
      ...house,
      name: 'session',
      description: 'Signs people in and out of the dashboard.',
      environment: {
        SITE_HOST: domain,
        SIGN_IN_HOST: signIn.host,
        CLIENT_ID: signIn.client.userPoolClientId,
        USER_POOL_ID: signIn.pool.userPoolId,
        KEY_SECRET_ARN: secret.secretArn,
        KEY_IDS: this.toJsonString(keyIds),
      },
      statements: [readSecret(this, 'ReadDashboardKey', secretName)],
      timeout: Duration.seconds(10),
    });
  }

  /**
   * The function that asks Athena, in a workgroup of its own: what people of the dashboard may scan is not what
   * analysts may.
   */
  #ask(
    house: House,
    { scanLimitGb }: DashboardConfig,
    { lake, results }: Pick<DashboardStackProps, 'lake' | 'results'>,
  ): HouseFunction {
    const workgroup = nameOf(house.config, 'dashboard');
    const database = databaseOf(workgroupOf(house.config.environment));
    limitedWorkgroup(this, 'WorkGroup', {
      name: workgroup,
      description: 'What the dashboard asks of the lake itself.',
      environment: house.config.environment,
      resultsBucketName: results.name,
      scanLimitBytes: scanLimitGb * 1e9,
    });
    return new HouseFunction(this, 'Ask', {
      ...house,
      name: 'ask',
      description: 'Asks the lake on Athena for the dashboard.',
      environment: { WORKGROUP: workgroup, DATABASE: database },
      statements: askStatements(this, { workgroup, database, lake, results }),
      timeout: Duration.seconds(60),
    });
  }

  #distribution(
    { config, dashboard, lake }: House & DashboardStackProps,
    keyGroup: KeyGroup,
    url: FunctionUrl,
    askUrl: FunctionUrl,
  ): Distribution {
    const headersOf = (name: string, cacheControl: string, more: Readonly<Record<string, string>> = {}) =>
      new ResponseHeadersPolicy(this, `${name}Headers`, {
        responseHeadersPolicyName: nameOf(config, 'dashboard', name.toLowerCase()),
        ...securityHeaders(cacheControl, more),
      });
    const site = S3BucketOrigin.withOriginAccessControl(
      Bucket.fromBucketAttributes(this, 'Lake', { bucketArn: lake.arn, bucketName: lake.name, region: config.region }),
      { originPath: '/site' },
    );
    const common = { viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY, compress: true };
    const fresh: AddBehaviorOptions = {
      ...common,
      trustedKeyGroups: [keyGroup],
      cachePolicy: CachePolicy.CACHING_DISABLED,
      responseHeadersPolicy: headersOf('Page', 'no-cache'),
    };
    // A name always has the same bytes. CloudFront looks at the cookie before its cache.
    const immutable: AddBehaviorOptions = {
      ...common,
      trustedKeyGroups: [keyGroup],
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: headersOf('Data', 'private, max-age=31536000, immutable'),
    };
    const distribution = new Distribution(this, 'Site', {
      comment: nameOf(config, 'dashboard'),
      domainNames: [dashboard.domain],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', dashboard.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultRootObject: 'index.html',
      defaultBehavior: { ...fresh, origin: site },
      additionalBehaviors: {
        '/data/manifest.json': {
          ...fresh,
          origin: site,
          // Where the page may ask the lake itself, and what: the rest of the laptop's API has its place in the
          // consoles of AWS.
          responseHeadersPolicy: headersOf('Manifest', 'no-cache', {
            'sillage-api': '/api/',
            'sillage-api-parts': 'query tables',
          }),
        },
        '/data/*': { ...immutable, origin: site },
        '/assets/*': { ...immutable, origin: site },
        '/api/*': {
          ...common,
          trustedKeyGroups: [keyGroup],
          origin: FunctionUrlOrigin.withOriginAccessControl(askUrl, { readTimeout: Duration.seconds(60) }),
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          responseHeadersPolicy: headersOf('Api', 'no-store'),
        },
        '/auth/*': {
          ...common,
          viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
          origin: FunctionUrlOrigin.withOriginAccessControl(url),
          allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          responseHeadersPolicy: headersOf('Auth', 'no-store'),
        },
      },
      // Who has no session, or asks for what is not there, is shown the way in.
      errorResponses: [
        { httpStatus: 403, responseHttpStatus: 403, responsePagePath: '/auth/welcome', ttl: Duration.seconds(0) },
      ],
    });
    Validations.of(distribution).acknowledge(
      {
        id: 'Annotation::@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac',
        reason: "The bucket's own stack lets CloudFront read the site (DashboardReadsItsSite).",
      },
      {
        id: 'AwsSolutions-CFR1',
        reason:
          'Who may come in is decided by person, with a second factor, not by country: people of the shop travel.',
      },
      {
        id: 'AwsSolutions-CFR2',
        reason:
          'Nothing is served to strangers but one page without input and the redirects of the sign-in; a web ' +
          'application firewall would cost more than all the rest of a small deployment. The passwords are ' +
          'typed at Cognito, which has its own limits.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason:
          'Every sign-in is in the log of the session function, and every object read in the access log of ' +
          "the lake's bucket. CloudFront's own log needs a bucket with access control lists, which the house " +
          'has none of.',
      },
    );
    return distribution;
  }
}
