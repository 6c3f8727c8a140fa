import { Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { nameOf } from '../config.ts';
import type { House } from './house-function.ts';

export interface SignInProps extends House {
  /** Host whose people sign in. */
  readonly domain: string;
}

/**
 * Who may sign in: people whom somebody of the shop has added, each with a second factor. Nobody adds themselves.
 *
 * @example
 * new SignIn(this, 'SignIn', { ...house, domain: 'dashboard.shop.fr' });
 */
export class SignIn extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  /** Host of the sign-in pages. */
  readonly host: string;

  constructor(scope: Construct, id: string, { config, domain }: SignInProps) {
    super(scope, id);
    this.pool = new UserPool(this, 'People', {
      userPoolName: nameOf(config, 'people'),
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      mfa: Mfa.REQUIRED,
      // Not by text message: a number can be taken over.
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: config.environment === 'prod',
      removalPolicy: config.dataRemoval,
    });
    const reason =
      'The plan that guesses at stolen accounts (Plus) costs by the month and person. People are added by ' +
      'hand, few, and each has a second factor; Cognito itself slows down whoever guesses.';
    Validations.of(this.pool).acknowledge({ id: 'AwsSolutions-COG3', reason }, { id: 'AwsSolutions-COG8', reason });
    // The account makes the name one of its own among all of AWS.
    const domainPrefix = `${nameOf(config)}-${Stack.of(this).account}`;
    this.pool.addDomain('Pages', {
      cognitoDomain: { domainPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.client = this.pool.addClient('Dashboard', {
      userPoolClientName: nameOf(config, 'dashboard'),
      // What proves who asks is the verifier of each sign-in (PKCE).
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [`https://${domain}/auth/callback`],
        logoutUrls: [`https://${domain}/auth/welcome`],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.minutes(5),
      accessTokenValidity: Duration.minutes(5),
      refreshTokenValidity: Duration.hours(1),
    });
    new CfnManagedLoginBranding(this, 'Look', {
      userPoolId: this.pool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    this.host = `${domainPrefix}.auth.${config.region}.amazoncognito.com`;
  }
}
