import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { attributionModels } from '../../../lambdas/shared/attribution-models.ts';
import { QueryFailed } from '../../../lambdas/shared/ports/warehouse.ts';
import { budgetOf } from './budget-answer.ts';
import { type Period, previous } from './figures.ts';
import { inputs } from './inputs.ts';
import { compared, incrementalOf, influencersOf, roiOf } from './ready-answers.ts';
import { readOnly, type ToolAnswers } from './tool-answers.ts';

const day = z.iso.date().describe('YYYY-MM-DD, a day of the shop');
const period = { from: day, to: day.describe('YYYY-MM-DD, the last day, included') };

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const answeredShape = z.object({ lines: z.array(z.record(z.string(), Value)), notes: z.array(z.string()) });

const budgetShape = z.record(z.string(), z.number()).nullable();

/** @throws QueryFailed */
function inOrder(from: string, to: string): Period {
  if (from > to) throw new QueryFailed(`The period begins on ${from}, after its end on ${to}.`);
  return { from, to };
}

/** The tools that answer by the shop's own definitions. */
export function readyTools(server: McpServer, answers: ToolAnswers): void {
  returnsTools(server, answers);
  budgetTool(server, answers);
  periodTools(server, answers);
}

/** What channels brought back, and caused. */
function returnsTools(server: McpServer, { ready }: ToolAnswers): void {
  server.registerTool(
    'roi',
    {
      title: 'ROI of a period',
      description:
        'What each channel or campaign cost and brought back from one day to another: spend, attributed ' +
        'orders, revenue, margin, ROAS, ROI, CPA, CAC.',
      inputSchema: inputs({
        ...period,
        by: z.enum(['channel', 'campaign']).default('channel'),
        attribution_model: z.enum(attributionModels).optional().describe("of channels; the shop's own if left out"),
      }),
      outputSchema: answeredShape,
      annotations: readOnly,
    },
    ({ from, to, by, attribution_model: model }, { mcpReq: { signal } }) =>
      ready(signal, async (ask) => {
        if (by === 'campaign' && model !== undefined)
          throw new QueryFailed("Campaigns are attributed by the shop's own model: leave out attribution_model.");
        return roiOf(ask, inOrder(from, to), by, model);
      }),
  );

  server.registerTool(
    'incremental',
    {
      title: 'What channels caused in a period',
      description:
        'What each channel is credited with, beside what it caused by its experiments and by what is believed ' +
        'of such channels: orders, revenue, margin, ROI, with intervals.',
      inputSchema: inputs(period),
      outputSchema: answeredShape,
      annotations: readOnly,
    },
    ({ from, to }, { mcpReq: { signal } }) => ready(signal, async (ask) => incrementalOf(ask, inOrder(from, to))),
  );
}

/** What a budget would bring. */
function budgetTool(server: McpServer, { timeoutMs, answering, noted }: ToolAnswers): void {
  server.registerTool(
    'budget',
    {
      title: 'Advice on the budget',
      description:
        'What the spend of each advertising channel brings, how a budget is best divided, and what a change ' +
        'would bring; EUR a day. It says where nothing can be said, and why.',
      inputSchema: inputs({
        total: z.number().positive().optional().describe('EUR a day to divide; what is spent today if left out'),
        changes: z
          .array(inputs({ channel: z.string().max(64), percent: z.number().min(-100).max(1000) }))
          .max(50)
          .default([])
          .describe('what if: by how many per cent the spend of a channel changes, such as -20'),
        limits: z
          .array(inputs({ channel: z.string().max(64), min: z.number().min(0), max: z.number().min(0) }))
          .max(50)
          .default([])
          .describe('EUR a day between which a channel must stay; half to one and a half of today if left out'),
      }),
      outputSchema: answeredShape.extend({ plan: budgetShape, best: budgetShape, what_if: budgetShape }),
      annotations: readOnly,
    },
    ({ total, changes, limits }, { mcpReq: { signal } }) =>
      answering(async () => {
        const change = changes.map(({ channel, percent }) => ({ channel, part: 1 + percent / 100 }));
        return noted((one) => budgetOf(one, { timeoutMs, signal }, { total, change, limit: limits }));
      }),
  );
}

/** Two periods beside each other, and influencers. */
function periodTools(server: McpServer, { ready }: ToolAnswers): void {
  server.registerTool(
    'compare_periods',
    {
      title: 'Two periods compared',
      description:
        'The whole shop in one period and another: orders, revenue, margin, spend, new customers, conversion ' +
        'rate, MER, blended CAC, and how each changed. Without compare_from and compare_to: the same number ' +
        'of days just before.',
      inputSchema: inputs({ ...period, compare_from: day.optional(), compare_to: day.optional() }),
      outputSchema: answeredShape,
      annotations: readOnly,
    },
    ({ from, to, compare_from: otherFrom, compare_to: otherTo }, { mcpReq: { signal } }) =>
      ready(signal, async (ask) => {
        const asked = inOrder(from, to);
        if ((otherFrom === undefined) !== (otherTo === undefined))
          throw new QueryFailed('Give both compare_from and compare_to, or neither.');
        const other = otherFrom === undefined || otherTo === undefined ? previous(asked) : inOrder(otherFrom, otherTo);
        const answer = await compared(ask, asked, other);
        return {
          ...answer,
          notes: [`value: ${asked.from} to ${asked.to}; before: ${other.from} to ${other.to}.`, ...answer.notes],
        };
      }),
  );

  server.registerTool(
    'influencers',
    {
      title: 'Influencers in a period',
      description: 'What each influencer cost and brought back, by promotion code or link, each order once.',
      inputSchema: inputs(period),
      outputSchema: answeredShape,
      annotations: readOnly,
    },
    ({ from, to }, { mcpReq: { signal } }) => ready(signal, async (ask) => influencersOf(ask, inOrder(from, to))),
  );
}
