import { UsageError } from './context.ts';

/** `--port`. @throws UsageError */
export function portArgument(text: string): number {
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port ${text} is no port: choose one from 1024 to 65535, or 0 for any that is free.`);
  return port;
}
