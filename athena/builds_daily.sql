-- One row is one day and one table: what the runs that began on the day built of it. A slice that was built twice is
-- counted twice: the ledger (pipeline_runs) has each.
SELECT dt AS day, table_name, count(DISTINCT run_id) AS runs, count_if(action = 'built') AS slices_built,
  count_if(action = 'removed') AS slices_removed,
  sum(rows_in) AS rows_in, sum(rows_out) AS rows_out, sum(rejected) AS rejected, sum(duplicates) AS duplicates,
  max(finished_at) AS finished_at
FROM pipeline_runs
GROUP BY dt, table_name
