import type { PipelineReport } from '../reader/reader.ts';
import type { DaysOfData } from './figures.ts';

/** Groups of refused records that are told. */
const groupsShown = 30;

/**
 * What should be known of the data before any figure is believed. Names of objects and files are left out: a person may
 * stand in one. What refused records say has what looks personal masked already.
 */
export function dataQuality({ status, rejects, runs }: PipelineReport, { last }: Pick<DaysOfData, 'last'>) {
  const { totals, freshness, publication, checks, warnings, inbox, streams } = status;
  const isAccountedFor = totals.rows_in === totals.rows_out + totals.rejected + totals.duplicates;
  return {
    data_to: last,
    last_run: runs[0]?.finishedAt ?? null,
    /** The last day of each table. */
    freshness,
    ledger: { ...totals, is_accounted_for: isAccountedFor },
    published: publication.state,
    broken_checks: checks
      .filter(({ failures }) => failures > 0)
      .map(({ name, severity, failures, checked, sentence }) => ({ name, severity, failures, checked, sentence })),
    checks_made: checks.length,
    refused_records: rejects.slice(0, groupsShown).map(({ table, reason, records, firstDay, lastDay, samples }) => ({
      table,
      reason,
      records,
      first_day: firstDay,
      last_day: lastDay,
      example: samples[0]?.message ?? null,
    })),
    costs: warnings,
    /** Sentences of files in the inbox that no figure has. */
    inbox: inbox.length,
    streams: streams.length,
    objects: {
      unread: status.unread.length,
      not_in_the_ledger: status.strangers.length,
      missing: status.missing.length,
      damaged: status.damaged.length,
    },
  };
}
