import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDays } from '../lambdas/shared/days.ts';
import { openWorkshop, pick, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const day = '2026-03-10';

/** A session of a browser, so many days before the slice's day. */
const session = (
  id: string,
  visitor: string,
  channel: string,
  daysBefore: number,
  customer: string | null = null,
): Row => ({
  session_id: id,
  visitor_id: visitor,
  customer_id: customer,
  channel,
  started_at: `${addDays(day, -daysBefore)} 10:00:00.000`,
});

/** A touch of an order, so many days before the order, which is of the slice's day unless said. */
const touch = (order: string, id: string, position: number, channel: string, daysBefore: number, ordered = 0): Row => ({
  order_id: order,
  touch_id: id,
  touch_type: 'session',
  position,
  channel,
  touched_at: `${addDays(day, -ordered - daysBefore)} 10:00:00.000`,
  converted_at: `${addDays(day, -ordered)} 10:00:00.000`,
});

interface Case {
  readonly name: string;
  readonly sessions?: readonly Row[];
  readonly touchpoints?: readonly Row[];
  /** Path, with an order, without. */
  readonly paths: readonly (readonly [string, number, number])[];
}

const cases: readonly Case[] = [
  {
    name: 'journeys with an order, by the order of their touches; a channel touched again stands again',
    touchpoints: [
      touch('A', 'a2', 2, 'Direct', 0),
      touch('A', 'a1', 1, 'Email', 3),
      touch('B', 'b1', 1, 'Email', 2),
      touch('B', 'b2', 2, 'Direct', 1),
      touch('C', 'c1', 1, 'Direct', 2),
      touch('C', 'c2', 2, 'Direct', 1),
    ],
    paths: [
      ['Direct > Direct', 1, 0],
      ['Email > Direct', 2, 0],
    ],
  },
  {
    name: 'of a journey with an order 30 days count, and where all touches are older it is nobody’s',
    touchpoints: [
      touch('A', 'a1', 1, 'Email', 31),
      touch('A', 'a2', 2, 'Display', 30),
      touch('A', 'a3', 3, 'Direct', 0),
      touch('B', 'b1', 1, 'Email', 60),
      touch('B', 'b2', 2, 'Display', 45),
    ],
    paths: [
      ['Display > Direct', 1, 0],
      ['Unassigned', 1, 0],
    ],
  },
  { name: 'orders of other days are theirs', touchpoints: [touch('A', 'a1', 1, 'Email', 0, 1)], paths: [] },
  {
    name: 'a journey without an order is known after 30 quiet days, with the 30 days up to its last session',
    sessions: [
      session('s2', 'v', 'Paid Social', 60),
      session('s3', 'v', 'Direct', 30),
      session('t1', 'w', 'Direct', 31),
      session('u1', 'x', 'Direct', 29),
    ],
    paths: [['Paid Social > Direct', 0, 1]],
  },
  {
    name: 'two visits of its last day are two channels of one journey, also of a customer',
    sessions: [
      session('s1', 'v', 'Email', 30),
      session('s2', 'v', 'Direct', 30),
      session('t1', 'w', 'Display', 30, '7'),
      session('t2', 'w', 'Email', 30, '7'),
    ],
    paths: [
      ['Display > Email', 0, 1],
      ['Email > Direct', 0, 1],
    ],
  },
  {
    name: 'who came back within the 30 days has not ended',
    sessions: [session('s1', 'v', 'Email', 30), session('s2', 'v', 'Direct', 4)],
    paths: [],
  },
  {
    name: 'a session that an order was credited to is no part of a journey without one',
    sessions: [session('s1', 'v', 'Email', 30), session('t1', 'w', 'Email', 30)],
    touchpoints: [touch('A', 's1', 1, 'Email', 20, 10)],
    paths: [['Email', 0, 1]],
  },
  {
    name: 'what comes after an order is a new journey',
    sessions: [session('s1', 'v', 'Email', 40), session('s2', 'v', 'Direct', 30)],
    touchpoints: [touch('A', 's1', 1, 'Email', 2, 38)],
    paths: [['Direct', 0, 1]],
  },
  {
    name: 'browsers of one customer are one person, and so are the nameless sessions of a browser',
    sessions: [
      session('s1', 'v', 'Email', 50),
      session('s2', 'v', 'Display', 45, '7'),
      session('s3', 'w', 'Direct', 30, '7'),
      session('t1', 'x', 'Email', 30),
    ],
    paths: [
      ['Email', 0, 1],
      ['Email > Display > Direct', 0, 1],
    ],
  },
];

test.each(cases)('$name', async ({ sessions = [], touchpoints = [], paths }) => {
  const rows = await workshop.model('path_types', day, { sessions, touchpoints });
  const found = pick(rows, 'path', 'conversions', 'non_conversions').map((row) => JSON.stringify(row));
  expect(found.toSorted()).toEqual(paths.map((row) => JSON.stringify(row)).toSorted());
});
