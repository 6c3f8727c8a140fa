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
