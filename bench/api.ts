/**
 * How long the lists and charts of the console take at the API, next to the same questions asked of the databases:
 *   npm run bench:api -- --json
 * A team with 1,000 webhooks and 10 million attempts; with --quick a hundred and 200,000.
 */
import { apiCases, type ApiCase } from './api-cases.ts';
import { makeApiData, type ApiDataSize } from './api-data.ts';
import { withBench } from './bench-system.ts';
import { median, percentile } from './numbers.ts';
import { benchOptions } from './options.ts';
import { runBenchmark, type Result } from './report.ts';

const AIM_P95_MS = 150;
const SIZES: Record<'quick' | 'full', ApiDataSize> = {
  quick: { webhooks: 100, exports: 20, runs: 48, attempts: 200_000, events: 20_000 },
  full: { webhooks: 1_000, exports: 200, runs: 168, attempts: 10_000_000, events: 500_000 },
};

const options = benchOptions();
const ROUNDS = options.quick ? 10 : 60;
/** Not counted: connections, plans and caches are made. */
const WARM_UP = 3;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** One request, one question, one request …: a machine that gets slower does so for both. */
async function measure(item: ApiCase, ask: (path: string) => Promise<unknown>): Promise<Result> {
  const [served, bare]: [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const [request, question] = [await timed(() => ask(item.path)), await timed(item.bare)];
    if (round >= 0) {
      served.push(request);
      bare.push(question);
    }
  }
  const value = percentile(served, 0.95);
  return {
    case: item.name,
    ...{ value, unit: 'ms, p95', limit: percentile(bare, 0.95), ratio: median(bare) / median(served) },
    ...{ aim: `<= ${String(AIM_P95_MS)} ms`, met: value <= AIM_P95_MS },
    ...{ p50Ms: median(served), bareP50Ms: median(bare), requests: served.length },
  };
}

await runBenchmark('api', options, (onProgress) =>
  withBench({ ...options, s3: false, env: { SLUICE_API_REQUESTS_PER_MINUTE: '0' }, onProgress }, async (bench) => {
    const data = await makeApiData(bench, SIZES[options.quick ? 'quick' : 'full'], onProgress);
    await bench.system.startServer();
    let answered = 0;
    const ask = async (path: string): Promise<void> => {
      const response = await fetch(`${bench.system.apiUrl}/api/v1${path}`, {
        headers: { authorization: `Bearer ${data.key}` },
      });
      const body = await response.text();
      if (!response.ok) {
        throw new Error(`GET ${path} answered ${String(response.status)}: ${body}`);
      }
      answered += 1;
    };
    const cases = apiCases(bench, data);
    const results: Result[] = [];
    for (const item of cases) {
      const result = await measure(item, ask);
      onProgress(`${item.name}: p95 ${result.value.toFixed(0)} ms, bare ${(result.limit ?? 0).toFixed(0)} ms`);
      results.push(result);
    }
    return { ok: answered === cases.length * (ROUNDS + WARM_UP), results };
  }),
);
