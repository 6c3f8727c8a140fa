/** `docs/cost.md`, from the templates, the prices and the figures beside. */
import { templatesOf } from '../templates.ts';
import { figures, hoursOfMonth, secondsOfMonth, valueOf } from './assumptions.ts';
import { billOf, landingOf, totalOf, type BillLine, type Part, type Traffic } from './bill.ts';
import { deployedOf, type Deployed } from './deployed.ts';
import { pricesIn, readPrices } from './prices.ts';

const rates = [1, 10, 100, 1000];
const region = 'eu-west-3';
/** Of the AWS guidance, at 100 events a second, without its stream. */
const published = 65.88;
const parts: readonly Part[] = ['collect', 'stream', 'land', 'stream runs', 'daily run', 'storage', 'watch', 'queries'];

const usd = (value: number): string => value.toFixed(2);
const count = (value: number): string =>
  value >= 1e9
    ? `${(value / 1e9).toFixed(2)} G`
    : value >= 1e6
      ? `${(value / 1e6).toFixed(2)} M`
      : value >= 1e3
        ? `${(value / 1e3).toFixed(1)} k`
        : String(Number(value.toPrecision(3)));
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');

const ofPart = (lines: readonly BillLine[], part: Part) => lines.filter((line) => line.part === part);

/** What the deployment was before its waste was looked for. */
function wasteful(deployed: Deployed, allSteps: readonly string[]): Deployed {
  const functions = new Map([...deployed.functions].map(([name, one]) => [name, { ...one, isTraced: true }]));
  const { stream, all } = deployed.runs;
  return {
    ...deployed,
    functions,
    landing: { batchSize: 500, windowSeconds: 2 },
    runs: { all, stream: { aMonth: stream.aMonth, way: allSteps } },
  };
}

/** The lines of all rates side by side: what one rate lacks is empty there. */
function lineRows(bills: readonly (readonly BillLine[])[]): string[][] {
  const keyOf = ({ part, what, price }: BillLine) =>
    `${part} ${price.id} ${what.replace(/^\d+ /, '').replace(/s$/, '')}`;
  const keys = [...new Set(bills.toReversed().flatMap((bill) => bill.map(keyOf)))];
  const found = (bill: readonly BillLine[], key: string) => bill.find((line) => keyOf(line) === key);
  const sample = (key: string) => bills.map((bill) => found(bill, key)).find((line) => line !== undefined);
  return keys
    .flatMap((key) => sample(key) ?? [])
    .toSorted((a, b) => parts.indexOf(a.part) - parts.indexOf(b.part))
    .map((one) => [
      one.part,
      one.what.replace(/^\d+ shards?$/, 'shards'),
      `${one.price.unit}${one.price.region === region ? '' : ` (${one.price.region})`}`,
      ...bills.flatMap((bill) => {
        const line = found(bill, keyOf(one));
        return [line === undefined ? '' : `${count(line.quantity)} → ${usd(line.usd)}`];
      }),
    ]);
}

const verdict = (when: string, sum: number): string =>
  `${when} it is ${sum < published ? 'below' : '**not** below'} ${published} USD.`;

/** The whole page. */
export function costPage(): string {
  const deployed = deployedOf(templatesOf());
  const onDemand: Deployed = { ...deployed, stream: { isOnDemand: true, shards: 0 } };
  const { stream: streamRuns, all } = deployed.runs;
  // A day of 8.6 million events is one part where functions have the memory.
  const large = deployedOf(templatesOf({ buildMemoryMb: 10_240, partRows: 9_000_000 }));
  const hourly: Deployed = { ...large, runs: { all, stream: { ...streamRuns, aMonth: hoursOfMonth } } };
  const priceOf = pricesIn(region);
  const bill = (traffic: Traffic, of = deployed) => billOf(of, priceOf, traffic);
  const bills = rates.map((eventsPerSecond) => bill({ eventsPerSecond }));
  const sums = (of: readonly (readonly BillLine[])[]) => of.map((lines) => usd(totalOf(lines)));
  const heads = rates.map((rate) => `${rate.toLocaleString('en-GB')}/s`);
  const before = wasteful(deployed, deployed.runs.all.way);
  const changes: [string, Deployed, number][] = [
    [
      'as it was: 1.02 events a request, windows of 2 s, every function traced, a plan of every table in each run',
      before,
      1.02,
    ],
    ['windows of 60 s', { ...before, landing: deployed.landing }, 1.02],
    [
      '… and no traces of `collect` and `land`',
      { ...before, landing: deployed.landing, functions: deployed.functions },
      1.02,
    ],
    ['… and runs over the stream pass over the tables that no event changes', deployed, 1.02],
    ['… and the tracker gathers for 5 s: as it is', deployed, valueOf('eventsPerRequest')],
  ];
  const hundred = (of: Deployed, monthsKept: number) => {
    const lines = billOf(of, pricesIn('us-east-1'), { eventsPerSecond: 100, eventsPerRequest: 20, monthsKept });
    const sumOf = (part: Part) => totalOf(ofPart(lines, part));
    return { lines, stream: sumOf('stream'), behind: totalOf(lines) - sumOf('stream') - sumOf('collect') };
  };
  const often = hundred(large, valueOf('monthsKept'));
  const seldom = hundred(hourly, 1);
  const unknown = readPrices().filter((line) => line.usd === null);
  return `# What it costs

Written by \`npm run cost\` from the synthesised templates (\`cdk/\`), [prices.json](prices.json) and the figures below; a test fails where this page is another. USD a
month of ${hoursOfMonth} hours, without tax, without free tiers, in ${region}. **No bill of a real account is behind it.** ${unknown.length} of its prices are not known for ${region}: there the
price of us-east-1 is used, and the line says so. Paris was dearer by 0 to 19 % where both are known, so expect about a tenth more.

${table(
  ['', ...heads],
  [
    ...parts.map((part) => [part, ...bills.map((lines) => usd(totalOf(ofPart(lines, part))))]),
    ['**together**', ...sums(bills).map((sum) => `**${sum}**`)],
    [
      'a million events',
      ...bills.map((lines, place) => usd(totalOf(lines) / (((rates[place] ?? 1) * secondsOfMonth) / 1e6))),
    ],
    ['with a stream on demand', ...sums(rates.map((eventsPerSecond) => bill({ eventsPerSecond }, onDemand)))],
    [
      'with 20 events a request, as a server may send',
      ...sums(rates.map((eventsPerSecond) => bill({ eventsPerSecond, eventsPerRequest: 20 }))),
    ],
  ],
)}

The rates are averages over a month. A day of more than ${count(deployed.partRows)} events (${Math.round(deployed.partRows / 86_400)} a second) is built in parts, side by side ([scale.md](scale.md)), and **each part reads all objects of
the day**: that is most of the column of 1,000, and half of the transform at 100. \`-c buildMemoryMb=10240 -c partRows=9000000\` needs fewer parts. The memory of the building
functions is that of the template.

## What was wasteful

${table(
  ['USD a month', ...heads],
  changes.map(([what, of, eventsPerRequest]) => [
    what,
    ...sums(rates.map((eventsPerSecond) => bill({ eventsPerSecond, eventsPerRequest }, of))),
  ]),
)}

- **Windows.** A landed object is read again by every run of its day until it is joined, one request each (it took five, and was joined once a day). Windows of 2 s make ${count(landingOf(before, 1, 1).objectsOfDay)} objects a day and shard, windows of 60 s
  ${count(landingOf(deployed, 1, 1).objectsOfDay)}. Events wait up to a minute longer, of the five minutes between runs. \`-c landingWindowSeconds=300\` is cheaper still.
- **Traces.** Lambda traces the first call of a second and a twentieth of the others, and this rate cannot be set. \`collect\` and \`land\` log what fails, and are not traced any more.
- **Runs.** Of ${deployed.runs.all.way.filter((state) => state.startsWith('Plan ')).length} tables an event of the stream can change ${deployed.runs.stream.way.filter((state) => state.startsWith('Plan ')).length}. The machine does not ask for the others.
- **Requests.** A visit has 6 events, so no tracker sends more than 6 a request; ours comes to ${valueOf('eventsPerRequest')}. Requests stay the largest item from 10 events a second on. What would help
  next, not built: no beacon where the visitor goes on within the shop (up to 3 events a request); a function URL in the place of the HTTP API, at a sixth of its price a request, but without its
  limit of requests and its access log.
- **Records.** One record a visitor and request: at ${valueOf('eventsPerRequest')} events 0.6 records an event instead of 1; twenty events of a visitor are one record of 15.1 kB, where they were twenty of 0.75 kB.
- Alarms, figures and the dashboard are a fixed ${usd(totalOf(ofPart(bills[0] ?? [], 'watch')))}, most of it within the free tier of an account that has no other.

## Beside the AWS guidance

The Guidance for Game Analytics Pipeline on AWS publishes ${published} USD a month at 100 events a second, *and its stream comes on top*. What it assumes and its own lines could not be read here,
so this is **no comparison on the same assumptions**: it is ours in us-east-1 prices where they are known (those of Lambda, S3 and Step Functions are of ${region}, which are not lower). The functions have 10,240 MB, so that a day is one part.
Both columns have what comes behind the stream; how events get into it is in neither.

${table(
  [
    'USD a month at 100 events a second',
    `every 5 minutes, ${valueOf('monthsKept')} months kept`,
    'every hour, one month kept',
    'guidance',
  ],
  [
    ...often.lines
      .filter(({ part, usd: of }) => part !== 'collect' && part !== 'stream' && of >= 0.005)
      .map(({ part, what, price: { id } }) => [
        `${part}: ${what}`,
        ...[often, seldom].map(({ lines }) =>
          usd(totalOf(lines.filter((line) => line.part === part && line.what === what && line.price.id === id))),
        ),
        'not known',
      ]),
    ['**behind the stream**', `**${usd(often.behind)}**`, `**${usd(seldom.behind)}**`, `**${published}**`],
    ['the stream', usd(often.stream), usd(seldom.stream), 'on top'],
  ],
)}

${verdict('Every five minutes', often.behind)} ${verdict('Every hour', seldom.behind)} What costs is that each run builds the whole day again. For a
shop of this size \`-c streamSchedule="rate(15 minutes)"\` saves two thirds of it.

## Line by line

Quantity → USD. A region in brackets is where the price is from.

${table(['part', 'what', 'unit', ...heads], lineRows(bills))}

## What was measured, and what is assumed

CPU figures are of an x64 core of this project's machine; Graviton was not at hand.

${table(
  ['figure', 'value', 'of'],
  Object.values(figures).map(({ value, says, isMeasured }) => [
    isMeasured ? 'measured' : '**assumed**',
    String(value),
    says,
  ]),
)}

Not in it: data sent out to the internet, a domain, WAF, the dashboard's site, support, CloudTrail, failed runs, cold starts, \`forget\`.

## Prices

${table(
  ['service', 'unit', 'USD', 'region', 'source', 'date', ''],
  readPrices().map(({ service, unit, usd: price, region: of, source, date, note = '' }) => [
    service,
    unit,
    price === null ? 'not known' : String(price),
    of,
    source,
    date,
    note,
  ]),
)}
`;
}
