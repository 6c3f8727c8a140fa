import { cloneElement, isValidElement, toChildArray, type ComponentChild, type ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Bone } from '../app/skeleton.tsx';

/** A card that is long to draw: it is drawn a step at a time, the first time. */
export interface InSteps {
  /** How many steps it has; one where it says nothing. */
  readonly steps?: number;
  /** The one that it is at, from 0; undefined at the last, and ever after. */
  readonly step?: number;
}

const stepsOf = (child: ComponentChild): number => {
  if (!isValidElement(child)) return 1;
  const props: object = child.props;
  return 'steps' in props && typeof props.steps === 'number' ? props.steps : 1;
};

/**
 * Draws its children one after another, each once the one before it is painted: a page of many cards answers its reader
 * meanwhile. What was drawn stays, and follows a new choice at once.
 */
export function InTurn({
  children,
  isWhole,
  label,
}: {
  readonly children: ComponentChildren;
  /** Whether no others follow. */
  readonly isWhole: boolean;
  /** What is said of those that are not there yet. */
  readonly label: string;
}) {
  const turns = toChildArray(children).flatMap((child, at) =>
    Array.from({ length: stepsOf(child) }, (_, step) => ({ child, at, step, isLast: step + 1 === stepsOf(child) })),
  );
  const [count, setCount] = useState(1);
  useEffect(() => {
    if (count >= turns.length) return;
    // An effect runs after the paint. What a card draws after its own effects is painted by the next frame.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setCount(count + 1));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [count, turns.length]);
  const drawn = turns.slice(0, count);
  return (
    <>
      {drawn
        .filter(({ at }, i) => drawn[i + 1]?.at !== at)
        .map(({ child, step, isLast }) => (isLast || !isValidElement(child) ? child : cloneElement(child, { step })))}
      {/* Another one each time: one that is pushed down would be a jump of the page. */}
      {isWhole && count >= turns.length ? null : <Bone key={count} label={label} />}
    </>
  );
}
