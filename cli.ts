#!/usr/bin/env node
import { EXIT_CONFIG, EXIT_FAILED } from './cli/exit-codes.ts';
import type { OperatorActions } from './cli/operator-commands.ts';
import { rotationText, setupText } from './cli/operator-text.ts';
import { print } from './cli/output.ts';
import { percentReporter } from './cli/percent.ts';
import { sluiceProgram } from './cli/program.ts';
import { ConfigError, loadApiAccess, loadConfig, loadVariables, type Config } from './config.ts';
import { ROLES } from './core/access.ts';
import { TASK_QUEUES, type QueueName } from './core/ids.ts';
import { errorMessage, isSluiceError } from './core/errors.ts';

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

async function serverCommand(config: Config): Promise<void> {
  const { startServer } = await import('./server.ts');
  const server = await startServer(config);
  const stopped = new AbortController();
  // From the first moment on that anybody can know of it.
  const ended = runUntilSignal(server).finally(() => stopped.abort());
  console.log(`server listens on ${server.url}`);
  await Promise.all([ended, tellFirstOwner(config, server.url, stopped.signal)]);
}

async function tellFirstOwner(config: Config, serverUrl: string, stopped: AbortSignal): Promise<void> {
  const { awaitFirstOwnerLink } = await import('./setup.ts');
  try {
    const link = await awaitFirstOwnerLink(config, serverUrl, stopped);
    if (link !== undefined) {
      console.log(`there is no user yet; make the first owner, once, at ${link}`);
    }
  } catch (error) {
    if (!stopped.aborted) {
      console.error(`whether there is a user could not be read: ${errorMessage(error)}`);
    }
  }
}

async function workerCommand(config: Config, queues: readonly QueueName[] | undefined): Promise<void> {
  const { startWorker } = await import('./worker.ts');
  const served = queues ?? config.worker.queues;
  const worker = await startWorker(config, served, () => console.log(`worker serves ${served.join(', ')}`));
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

async function resetPasswordCommand(email: string, options: { json?: boolean }): Promise<void> {
  const { resetPassword } = await import('./setup.ts');
  const reset = await resetPassword(loadConfig(process.env), email);
  print(options.json, reset, `${reset.email}: good once, for ${String(reset.hours)} hours: ${reset.url}`);
}

async function rotateKeysCommand(options: { json?: boolean }): Promise<void> {
  const { rotateEncryptionKeys } = await import('./setup.ts');
  const tables = await rotateEncryptionKeys(loadConfig(process.env));
  print(options.json, { tables }, rotationText(tables));
  process.exitCode = tables.every(({ unreadable }) => unreadable === 0) ? 0 : EXIT_FAILED;
}

async function rebuildCommand(options: { json?: boolean }): Promise<void> {
  const { rebuildFirstArrivals } = await import('./setup.ts');
  const report = percentReporter('rows of the event log');
  const rebuilt = await rebuildFirstArrivals(loadConfig(process.env), ({ rows, total }) => report(rows, total));
  const { rows, entries, entriesBefore } = rebuilt;
  print(options.json, rebuilt, `${rows} rows read: ${entries} first arrivals, where there were ${entriesBefore}`);
}

async function verifyCommand(manifest: string, options: { root?: string; json?: boolean }): Promise<void> {
  const { verifyManifest } = await import('./destinations/verify/verify-manifest.ts');
  const { verdictText } = await import('./destinations/verify/verdict-text.ts');
  const verdict = await verifyManifest(manifest, options.root);
  print(options.json, verdict, verdictText(verdict));
  process.exitCode = verdict.differences.length === 0 ? 0 : EXIT_FAILED;
}

async function doctorCommand(config: Config, options: { json?: boolean }): Promise<void> {
  const { runDoctor } = await import('./doctor/run-doctor.ts');
  const { findingsText, worstOf } = await import('./doctor/finding.ts');
  const findings = await runDoctor(config);
  print(options.json, { status: worstOf(findings), checks: findings }, findingsText(findings));
  process.exitCode = worstOf(findings) === 'fail' ? EXIT_FAILED : 0;
}

const actions: OperatorActions = {
  server: () => serverCommand(loadConfig(process.env)),
  worker: ({ queues }) => workerCommand(loadConfig(process.env), queues as QueueName[] | undefined),
  setup: (options) => setupCommand(loadConfig(process.env), options),
  doctor: (options) => doctorCommand(loadConfig(process.env), options),
  invite: inviteCommand,
  resetPassword: resetPasswordCommand,
  rotateKeys: rotateKeysCommand,
  rebuildFirstSeen: rebuildCommand,
  dev: async (options) => {
    const { runDev } = await import('./dev/run-dev.ts');
    await runUntilSignal(await runDev(options));
  },
  demo: async (options) => {
    const { runDemo } = await import('./dev/demo.ts');
    process.exitCode = await runDemo(options);
  },
  verify: verifyCommand,
};

/** With what to do about it, where that is known. */
function failureText(error: unknown): string {
  const remedy = isSluiceError(error) ? error.remedy : undefined;
  return [errorMessage(error), ...(remedy === undefined ? [] : [remedy])].join('\n');
}

try {
  await sluiceProgram({
    actions,
    names: { queues: Object.keys(TASK_QUEUES), roles: ROLES },
    access: () => loadApiAccess(process.env),
    variables: loadVariables(process.env),
  }).parseAsync();
} catch (error) {
  console.error(failureText(error));
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILED;
}
