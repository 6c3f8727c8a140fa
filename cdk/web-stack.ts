import { CfnOutput, Duration, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { nameOf } from './config.ts';
import { HouseFunction, type House } from './constructs/house-function.ts';
import type { LakeBucket } from './constructs/lake-statements.ts';
import { OrderWebhooks } from './order-webhooks.ts';

/**
 * What the access log says of a request. Not the address: it is personal data, and the stream has it under the
 * visitor's consent.
 */
const accessLine = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  httpMethod: '$context.httpMethod',
  routeKey: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  protocol: '$context.protocol',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
};

/** What the shop's pages talk to: the collector of the tracker's events. */
export class WebStack extends Stack {
  readonly api: HttpApi;
  readonly collect: HouseFunction;
  /** Where orders may come by webhook. */
  readonly webhook: HouseFunction | undefined;

  constructor(
    scope: Construct,
    id: string,
    { config, bundles, stream, lake, ...props }: House & StackProps & { stream: IStream; lake: LakeBucket },
  ) {
    super(scope, id, { ...props, description: 'Sillage: the collector of events.' });
    this.collect = new HouseFunction(this, 'Collect', {
      config,
      bundles,
      name: 'collect',
      description: "Takes the tracker's events into the stream.",
      environment: { STREAM_NAME: stream.streamName, SHOP_ORIGINS: config.shopOrigins.join(',') },
      statements: [
        new PolicyStatement({ sid: 'PutEvents', actions: ['kinesis:PutRecords'], resources: [stream.streamArn] }),
      ],
      // It answers within 3 s; the browser keeps its events where there is no answer.
      timeout: Duration.seconds(10),
      isTraced: false,
    });
    this.api = new HttpApi(this, 'Api', { apiName: nameOf(config, 'collect'), createDefaultStage: false });
    this.api.addRoutes({
      path: '/collect',
      // The collector answers the browser's question whether it may send, since it knows the origins.
      methods: [HttpMethod.POST, HttpMethod.OPTIONS],
      integration: new HttpLambdaIntegration('ToCollect', this.collect),
    });
    if (config.orderWebhooks.length > 0)
      this.webhook = new OrderWebhooks(this, 'OrderWebhooks', { config, bundles, lake, api: this.api }).webhook;
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/sillage/${config.environment}/api`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: config.requestsPerSecond, burstLimit: config.requestBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLine)),
      },
    });
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        "Visitors' browsers send events, and have no account: the collector takes events of the shop's own " +
        'origins alone, judges each by its schema, and requests are throttled. Webhooks of orders are signed, ' +
        'which is looked at before anything of them is read.',
    });
    new CfnOutput(this, 'CollectUrl', {
      value: `${this.api.apiEndpoint}/collect`,
      description: "The tracker's endpoint.",
    });
  }
}
