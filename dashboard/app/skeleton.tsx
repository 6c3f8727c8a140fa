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
