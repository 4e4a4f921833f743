import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPythonTool } from '../../../dev/python-tool.ts';

/** Beyond, it hangs: the checks take a fraction of it. */
const TIMEOUT_MS = 280_000;
const MAX_OUTPUT_BYTES = 16_777_216;

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

export interface ContractRun {
  /** Of the server, without a path. */
  url: string;
  key: string;
  /** Requests per operation, beside the examples. */
  examples: number;
  seed: number;
  /** `GET /path/{id}`: the id that is put there. Others are made up, so that mostly nothing is found. */
  ids: Readonly<Record<string, string>>;
}

/** Schemathesis (https://schemathesis.readthedocs.io), from PyPI on the first call: half a minute, 90 MB. */
export async function runSchemathesis(run: ContractRun): Promise<{ ok: boolean; output: string }> {
  const { python } = await installPythonTool(
    {
      name: 'schemathesis',
      purpose: 'schemathesis, which holds the API against its OpenAPI document',
      requirements: fileURLToPath(new URL('./requirements.txt', import.meta.url)),
      cost: 'half a minute, 90 MB, once',
    },
    () => undefined,
  );
  const folder = await mkdtemp(join(tmpdir(), 'sluice-contract-'));
  try {
    const config = join(folder, 'schemathesis.toml');
    await writeFile(config, configOf(run.ids));
    return await execute(python, argumentsOf(config, run), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without the phases `coverage`, whose thousands of requests take minutes, and `stateful`, which wants links. */
function argumentsOf(config: string, { url, key, examples, seed }: ContractRun): string[] {
  return [
    ...['-m', 'schemathesis.cli', '--no-color', '--config-file', config, 'run', `${url}/api/openapi.json`],
    ...['--phases', 'examples,fuzzing', '--max-examples', String(examples), '--seed', String(seed)],
    ...['--checks', CHECKS.join(','), '--header', `Authorization: Bearer ${key}`, '--request-timeout', '30'],
    ...['--generation-database', 'none', '--suppress-health-check', 'all', '--continue-on-failure'],
  ];
}

function configOf(ids: ContractRun['ids']): string {
  return Object.entries(ids)
    .map(
      ([name, id]) => `[[operations]]\ninclude-name = ${JSON.stringify(name)}\nparameters = { "path.id" = "${id}" }\n`,
    )
    .join('\n');
}

function execute(python: string, args: string[], cwd: string): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
    execFile(python, args, options, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: stdout + stderr });
    });
  });
}
