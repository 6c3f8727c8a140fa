import type { DataProblem } from '../data/problem.ts';
import type { Texts } from '../language/texts.ts';

export interface ProblemProps {
  readonly problem: DataProblem;
  readonly texts: Texts;
  readonly again: () => void;
}

/** Why nothing is shown, and what to do. */
export function Problem({ problem, texts, again }: ProblemProps) {
  const { title, what } = texts.problems[problem.kind](problem.file);
  return (
    <section class="problem" role="alert">
      <h1>{title}</h1>
      <p>{what}</p>
      <button type="button" onClick={again}>
        {texts.again}
      </button>
    </section>
  );
}

/** The place of what is still on its way, below what is there. */
export const Bone = ({ label }: { readonly label: string }) => (
  <div class="bone table" role="status" aria-label={label} />
);

/** The shape of a page that is on its way, as high as the page itself, so that nothing jumps. */
export function Skeleton({ label }: { readonly label: string }) {
  return (
    <div class="skeleton" role="status" aria-label={label}>
      <div class="bone sentence" />
      <div class="bone band" />
      <div class="bone chart" />
      <div class="bone table" />
    </div>
  );
}
