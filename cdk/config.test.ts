import { describe, expect, test } from '@jest/globals';
import { App, RemovalPolicy } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { home } from '../lambdas/shared/home.ts';
import { configOf, contextKeys, nameOf, parseConfig } from './config.ts';

const shop = { shopOrigins: 'https://www.shop.fr' };

test('nothing but the shop has to be said', () => {
  expect(parseConfig(shop)).toEqual({
    environment: 'dev',
    region: 'eu-west-3',
    architecture: 'arm64',
    shopOrigins: ['https://www.shop.fr'],
    streamMode: 'provisioned',
    shards: 1,
    landingWindowSeconds: 60,
    requestsPerSecond: 500,
    scanLimitGb: 100,
    requestBurst: 1000,
    streamSchedule: 'rate(5 minutes)',
    dailySchedule: 'cron(0 6 * * ? *)',
    timeZone: 'Europe/Paris',
    maxConcurrency: 20,
    buildMemoryMb: 3008,
    orderWebhooks: [],
    partRows: 2_000_000,
    athenaAboveMb: 500,
    athenaModels: [],
    firstDay: '2024-01-01',
    unwatchedSources: [],
    refusedPercent: 20,
    spendWithoutOrdersEur: 200,
    monthlyBudgetUsd: 100,
    dashboard: undefined,
    dataRemoval: RemovalPolicy.RETAIN,
  });
});

test('texts of the command line are read as what cdk.json would hold', () => {
  expect(
    parseConfig({ ...shop, shards: '4', maxConcurrency: '100', deleteData: 'true', alarmEmail: 'ops@shop.fr' }),
  ).toMatchObject({ shards: 4, maxConcurrency: 100, dataRemoval: RemovalPolicy.DESTROY, alarmEmail: 'ops@shop.fr' });
});

describe('data may be removed only where two keys agree', () => {
  test.each([
    [true, 'dev', RemovalPolicy.DESTROY],
    ['true', 'staging', RemovalPolicy.DESTROY],
    [true, 'prod', RemovalPolicy.RETAIN],
    ['true', 'prod', RemovalPolicy.RETAIN],
    [false, 'dev', RemovalPolicy.RETAIN],
    ['false', 'dev', RemovalPolicy.RETAIN],
    [undefined, 'dev', RemovalPolicy.RETAIN],
  ])('deleteData %p in %s: %s', (deleteData, environment, dataRemoval) => {
    expect(parseConfig({ ...shop, deleteData, environment }).dataRemoval).toBe(dataRemoval);
  });
});

test.each([
  [{}, 'shopOrigins'],
  [{ ...shop, enviroment: 'prod' }, 'Unrecognized key: "enviroment"'],
  [{ ...shop, environment: 'production' }, 'environment'],
  [{ ...shop, region: 'Paris' }, 'A region is a name such as eu-west-3.'],
  [{ ...shop, shards: '0' }, 'shards'],
  [{ ...shop, shards: 'many' }, 'shards'],
  [{ ...shop, deleteData: 'maybe' }, 'deleteData'],
  [{ ...shop, streamSchedule: 'every 5 minutes' }, 'A schedule is rate(5 minutes)'],
  [{ ...shop, timeZone: 'Paris' }, 'A time zone is a name such as Europe/Paris.'],
  [{ ...shop, firstDay: '2025-02-30' }, 'firstDay'],
  // No SELECT makes them.
  [{ ...shop, athenaModels: 'sessions,attribution_weights' }, 'A model is the name of a table of marts'],
  [{ ...shop, alarmEmail: 'ops' }, 'alarmEmail'],
  [{ shopOrigins: 'https://www.shop.fr/cart' }, 'An origin is a scheme and a host'],
  [{ shopOrigins: 'https://www.shop.example', environment: 'prod' }, 'Production takes events from your own shop'],
])('%j is refused, and the error says why', (context, message) => {
  expect(() => parseConfig(context)).toThrow(message);
});

test('the context of the repository is a deployment: that of the example shop', () => {
  const { context } = z
    .object({ context: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(new URL('cdk.json', home), 'utf8')));
  expect(configOf(new App({ context }).node)).toMatchObject({ environment: 'dev', region: 'eu-west-3' });
});

test("CDK's own context is none of ours", () => {
  expect(parseConfig({ ...shop, '@aws-cdk/core:x': true, 'aws:cdk:y': [], 'availability-zones:z': [] })).toEqual(
    parseConfig(shop),
  );
});

test('names tell the environments apart', () => {
  expect(nameOf({ environment: 'staging' }, 'land')).toBe('sillage-staging-land');
});

test('the page on deployments names all that the context may say', () => {
  const page = readFileSync(new URL('docs/aws.md', home), 'utf8');
  expect(contextKeys.length).toBeGreaterThan(20);
  expect(contextKeys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});
