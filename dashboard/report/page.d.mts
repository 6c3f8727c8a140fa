import type { Report } from './report.ts';

/** A report as one file that asks nothing of a network and runs no script. @param style all of its CSS */
export function reportHtml(report: Report, style: string): string;
