import type { Command } from 'commander';
import type { Seeds } from '../lambdas/forget/person.ts';
import { emailOf, idOf } from '../lambdas/forget/person.ts';
import { UsageError } from './context.ts';

/** The flags that say who is meant. */
export interface PersonFlags {
  readonly email?: readonly string[];
  readonly customer?: readonly string[];
  readonly visitor?: readonly string[];
}

/** `--email`, `--customer` and `--visitor` of a command, each of them once or more. */
export function withPerson(command: Command): Command {
  return command
    .option('--email <address...>', 'e-mail address of the person, in any case')
    .option('--customer <id...>', "id that the shop's exports give the customer")
    .option('--visitor <id...>', 'id that the tracker gave a device (the cookie)');
}

function each(values: readonly string[] = [], of: (value: string) => string | undefined, what: string): string[] {
  return values.map((value) => {
    const known = of(value);
    if (known === undefined) throw new UsageError(`"${value}" is no ${what}.`);
    return known;
  });
}

/** Who is meant. @throws UsageError where nobody is */
export function seedsOf({ email, customer, visitor }: PersonFlags): Seeds {
  const seeds = {
    emails: each(email, emailOf, 'e-mail address'),
    customers: each(customer, idOf, "customer's id"),
    visitors: each(visitor, idOf, "visitor's id"),
  };
  if (Object.values(seeds).every((one) => one.length === 0))
    throw new UsageError('Say who is meant: --email, --customer or --visitor.');
  return seeds;
}
