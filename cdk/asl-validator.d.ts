/** What of asl-validator is used here; it brings no types of its own. */
declare module 'asl-validator' {
  /** Judges a definition in the Amazon States Language, and writes into it. */
  export default function validator(definition: unknown): {
    readonly isValid: boolean;
    readonly errorsText: () => string;
  };
}
