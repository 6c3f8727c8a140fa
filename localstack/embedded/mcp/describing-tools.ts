import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { QueryFailed } from '../../../lambdas/shared/ports/warehouse.ts';
import { metricsOf } from './described.ts';
import { inputs } from './inputs.ts';
import { readOnly, type ToolAnswers } from './tool-answers.ts';

/** The tools that say what there is: tables, their columns, figures. */
export function describingTools(server: McpServer, { reader, answering }: ToolAnswers): void {
  server.registerTool(
    'list_tables',
    {
      title: 'Tables and views',
      description: 'The tables and views that can be asked, with what a row is. Begin with the marts.',
      inputSchema: inputs({}),
      outputSchema: z.object({
        tables: z.array(z.object({ name: z.string(), zone: z.string(), kind: z.string(), description: z.string() })),
      }),
      annotations: readOnly,
    },
    () =>
      answering(async () => ({
        tables: (await reader.tables()).map(({ name, zone, isView, description }) => ({
          name,
          zone,
          kind: isView ? 'view' : 'table',
          description,
        })),
      })),
  );

  server.registerTool(
    'describe_table',
    {
      title: 'Columns of a table',
      description: 'The columns of one table or view: type, meaning, unit, and whether it is a ratio.',
      inputSchema: inputs({ table: z.string().max(128) }),
      outputSchema: z.object({
        table: z.string(),
        description: z.string(),
        columns: z.array(
          z.object({
            name: z.string(),
            type: z.string(),
            comment: z.string(),
            unit: z.string().nullable(),
            is_ratio: z.boolean(),
          }),
        ),
      }),
      annotations: readOnly,
    },
    ({ table: name }) =>
      answering(async () => {
        const tables = await reader.tables();
        const table = tables.find((one) => one.name === name.toLowerCase());
        if (table === undefined)
          throw new QueryFailed(
            `Table '${name}' does not exist. There are: ${tables.map((one) => one.name).join(', ')}.`,
          );
        return {
          table: table.name,
          description: table.description,
          columns: table.columns.map(({ isRatio, ...column }) => ({ ...column, is_ratio: isRatio })),
        };
      }),
  );

  server.registerTool(
    'describe_metrics',
    {
      title: 'Metrics',
      description:
        'Every figure of the marts: what it means, its unit, and where it stands. Ratios are never added up.',
      inputSchema: inputs({ search: z.string().max(64).optional().describe('a part of the name or of the meaning') }),
      outputSchema: z.object({
        metrics: z.array(
          z.object({
            name: z.string(),
            unit: z.string().nullable(),
            is_ratio: z.boolean(),
            meanings: z.array(z.object({ tables: z.array(z.string()), meaning: z.string() })),
          }),
        ),
      }),
      annotations: readOnly,
    },
    ({ search = '' }) =>
      answering(async () => {
        const wanted = search.toLowerCase();
        const found = metricsOf(await reader.tables()).filter(({ name, meanings }) =>
          [name, ...meanings.map(({ meaning }) => meaning)].some((text) => text.toLowerCase().includes(wanted)),
        );
        return { metrics: found };
      }),
  );
}
