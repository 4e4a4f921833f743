#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { registerApiCommands } from './cli/register.ts';
import { rotationText, setupText } from './cli/operator-text.ts';
import { print } from './cli/output.ts';
import { ConfigError, loadApiAccess, loadConfig, type Config } from './config.ts';
import { ROLES } from './core/access.ts';
import { TASK_QUEUES, type QueueName } from './core/ids.ts';
import { errorMessage } from './core/errors.ts';

/** sysexits.h: EX_CONFIG. */
const EXIT_CONFIG = 78;
const QUEUES = Object.keys(TASK_QUEUES) as QueueName[];

interface Stoppable {
  done: Promise<void>;
  stop(): Promise<void>;
}

/** Runs until the process is asked to stop or fails by itself; a second signal ends it at once. */
async function runUntilSignal(running: Stoppable): Promise<void> {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) {
      process.exit(130);
    }
    stopping = true;
    void running.stop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  await running.done;
}

function parseQueues(value: string): QueueName[] {
  const names = value.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !QUEUES.includes(name as QueueName));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`unknown queue ${unknown.join(', ')}; choose from ${QUEUES.join(', ')}`);
  }
  return names as QueueName[];
}

async function serverCommand(config: Config): Promise<void> {
  const { startServer } = await import('./server.ts');
  const { firstOwnerLink } = await import('./setup.ts');
  const server = await startServer(config);
  // From the first moment on that anybody can know of it.
  const ended = runUntilSignal(server);
  console.log(`server listens on ${server.url}`);
  const link = await firstOwnerLink(config, server.url);
  if (link !== undefined) {
    console.log(`there is no user yet; make the first owner, once, at ${link}`);
  }
  await ended;
}

async function workerCommand(config: Config, queues: readonly QueueName[] | undefined): Promise<void> {
  const { startWorker } = await import('./worker.ts');
  const worker = await startWorker(config, queues ?? config.worker.queues);
  console.log(`worker serves ${(queues ?? config.worker.queues).join(', ')}`);
  await runUntilSignal(worker);
}

async function setupCommand(config: Config, options: { json?: boolean; team?: string }): Promise<void> {
  const { grantTeam, setup } = await import('./setup.ts');
  const summary = await setup(config);
  const access = options.team === undefined ? undefined : await grantTeam(config, options.team);
  print(options.json, { ...summary, access }, setupText(summary, access));
}

async function inviteCommand(options: { email: string; role: string; team?: string; json?: boolean }): Promise<void> {
  const { inviteUser } = await import('./setup.ts');
  const role = ROLES.find((name) => name === options.role) ?? 'viewer';
  const { email, team } = options;
  const invited = await inviteUser(loadConfig(process.env), { email, role, ...(team === undefined ? {} : { team }) });
  print(options.json, invited, `${invited.role} of ${invited.team}; good once, for a week: ${invited.url}`);
}

async function rotateKeysCommand(options: { json?: boolean }): Promise<void> {
  const { rotateEncryptionKeys } = await import('./setup.ts');
  const tables = await rotateEncryptionKeys(loadConfig(process.env));
  print(options.json, { tables }, rotationText(tables));
  process.exitCode = tables.every(({ unreadable }) => unreadable === 0) ? 0 : 1;
}

async function verifyCommand(manifest: string, options: { root?: string; json?: boolean }): Promise<void> {
  const { verifyManifest } = await import('./destinations/verify/verify-manifest.ts');
  const { verdictText } = await import('./destinations/verify/verdict-text.ts');
  const verdict = await verifyManifest(manifest, options.root);
  print(options.json, verdict, verdictText(verdict));
  process.exitCode = verdict.differences.length === 0 ? 0 : 1;
}

async function main(): Promise<void> {
  const program = new Command('sluice')
    .description('Takes product events from ClickHouse to scheduled exports and webhooks.')
    .showHelpAfterError();
  program
    .command('server')
    .description('the REST API and event capture')
    .action(() => serverCommand(loadConfig(process.env)));
  program
    .command('worker')
    .description('runs exports and deliveries')
    .addOption(new Option('--queues <names>', `comma-separated: ${QUEUES.join(', ')}`).argParser(parseQueues))
    .action((options: { queues?: QueueName[] }) => workerCommand(loadConfig(process.env), options.queues));
  program
    .command('setup')
    .description('migrates Postgres and ClickHouse and prepares the Temporal namespace; safe to repeat')
    .option('--team <name>', 'also make this team, if it is missing, and print a new API key')
    .option('--json', 'print one JSON object')
    .action((options: { json?: boolean; team?: string }) => setupCommand(loadConfig(process.env), options));
  program
    .command('users')
    .description('people, for an operator: it asks Postgres, not the API')
    .command('invite')
    .description('print a link with which somebody becomes a member of a team')
    .requiredOption('--email <address>')
    .addOption(new Option('--role <role>').choices(ROLES).default('viewer'))
    .option('--team <name>', 'left out: the first team')
    .option('--json', 'print one JSON object')
    .action(inviteCommand);
  program
    .command('rotate-keys')
    .description('seal everything with SLUICE_ENCRYPTION_KEY that one of SLUICE_OLD_ENCRYPTION_KEYS has sealed')
    .option('--json', 'print one JSON object')
    .action(rotateKeysCommand);
  program
    .command('dev')
    .description('the embedded stack with server and worker, on this machine, until Ctrl-C')
    .option('--s3', 'also start an S3 server')
    .option('--json', 'print the addresses as one JSON object')
    .action(async (options: { s3?: boolean; json?: boolean }) => {
      const { runDev } = await import('./dev/run-dev.ts');
      await runUntilSignal(await runDev(options));
    });
  program
    .command('demo')
    .description('shows an export and two webhooks at work, then stays up until Ctrl-C')
    .option('--s3', 'also export to an embedded S3 server')
    .option('--json', 'print one JSON object as the last line')
    .option('--exit', 'end when everything has arrived; exit code 0 only if every count agrees')
    .action(async (options: { s3?: boolean; json?: boolean; exit?: boolean }) => {
      const { runDemo } = await import('./dev/demo.ts');
      process.exitCode = await runDemo(options);
    });
  program
    .command('verify')
    .description("compares an export's manifest with its files on this machine; needs no server")
    .argument('<manifest>', 'path of a …_manifest.json')
    .option('--root <folder>', 'where the keys of the manifest begin; by default the files lie beside it')
    .option('--json', 'print one JSON object')
    .action(verifyCommand);
  registerApiCommands(program, () => loadApiAccess(process.env));
  await program.parseAsync();
}

try {
  await main();
} catch (error) {
  console.error(errorMessage(error));
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1;
}
