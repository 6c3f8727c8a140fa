/**
 * SQL for the checks that the last run found broken, and for which nothing new is published: whoever answers from the
 * lake itself answers from what they found wrong.
 */
export const failedChecksSql = `SELECT check_name FROM check_results
WHERE run_id = (SELECT max(run_id) FROM check_results) AND severity = 'error' AND failures > 0 ORDER BY 1 LIMIT 3`;
