import { readFileSync } from 'node:fs';
import { home } from '../../lambdas/shared/home.ts';

/** The dashboard's colours and charts. Its fonts are files: a report stands alone, and takes what the system has. */
function shared(): string {
  const read = (name: string) => readFileSync(new URL(`dashboard/style/${name}.css`, home), 'utf8');
  return ['tokens', 'charts']
    .map(read)
    .join('\n')
    .replaceAll(/@font-face\s*\{[^}]*\}/g, '');
}

const own = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--ink); font: 400 15px/1.5 var(--sans); font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 32px 64px; }
header { display: flex; flex-wrap: wrap; gap: 0 16px; align-items: baseline; color: var(--muted); }
header strong { color: var(--ink); font: 500 20px var(--serif); }
h1 { margin: 24px 0 32px; max-width: 30em; font: 400 32px/1.25 var(--serif); text-wrap: balance; }
h2 { margin: 48px 0 4px; font: 500 20px/1.3 var(--serif); }
.note { margin: 0 0 12px; color: var(--muted); font-size: 13px; }
.kpis { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); border-block: 1px solid var(--line); background: var(--surface); }
.kpi { display: grid; grid-template-rows: 1fr auto auto; padding: 16px; border-right: 1px solid var(--line); }
.kpi:last-child { border: 0; }
.kpi dt { color: var(--muted); font-size: 13px; }
.kpi dd { margin: 4px 0 0; font-size: 22px; font-weight: 600; white-space: nowrap; }
.kpi dd + dd { font-size: 13px; font-weight: 500; }
.delta.better { color: var(--revenue); } .delta.worse { color: var(--adverse); } .delta.neutral, .unknown { color: var(--muted); }
.delta .arrow { margin-right: 4px; font-size: 10px; }
.chart { max-width: 100%; height: auto; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th { color: var(--muted); font-weight: 500; font-size: 12px; text-align: right; vertical-align: bottom; }
th, td { padding: 8px; border-bottom: 1px solid var(--line); }
td { text-align: right; white-space: nowrap; }
tbody th { color: var(--ink); font-size: 14px; font-weight: 400; }
th:first-child { text-align: left; padding-left: 0; }
small { color: var(--muted); }
/* Smaller, nobody could read it: on a phone it is moved with a finger. */
figure { overflow-x: auto; }
@media (max-width: 720px) { .chart { max-width: none; width: 720px; } main { padding: 24px 16px; } h1 { font-size: 24px; } }
@page { size: A4; margin: 14mm; }
@media print {
  :root { color-scheme: light; --background: #fff; --surface: #fff; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; } h1 { font-size: 20pt; } h2 { margin-top: 24px; break-after: avoid; }
  table, .kpis { font-size: 8.5pt; } th, td { padding: 4px; font-size: 8pt; } tr, figure { break-inside: avoid; } .wide { overflow: visible; }
  .kpi { padding: 8px; } .kpi dd { font-size: 12pt; }
}
`;

/** All of a report's style, for a `<style>` in it. */
export const reportStyle = (): string => shared() + own;
