import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Gives a chart the width that there is for it. */
export function Measured({
  children,
  height,
}: {
  readonly children: (width: number) => ComponentChildren;
  readonly height: number;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState<number>();
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = () => setWidth(Math.max(200, Math.floor(element.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // Its height is kept before its width is known, so that nothing below it jumps.
  return (
    <div class="measured" ref={ref} style={{ minHeight: `${height}px` }}>
      {width === undefined ? null : children(width)}
    </div>
  );
}
