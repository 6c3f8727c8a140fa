import { toChildArray, type ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Bone } from '../app/problem.tsx';

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
  const all = toChildArray(children);
  const [count, setCount] = useState(1);
  // An effect runs after the paint.
  useEffect(() => {
    if (count < all.length) setCount(count + 1);
  }, [count, all.length]);
  return (
    <>
      {all.slice(0, count)}
      {/* Another one each time: one that is pushed down would be a jump of the page. */}
      {isWhole && count >= all.length ? null : <Bone key={count} label={label} />}
    </>
  );
}
