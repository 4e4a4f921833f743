import type { Command } from 'commander';
import { connectApi, type ApiAccess, type ApiClient } from './api.ts';
import { accessCommands } from './commands/access.ts';
import { activityCommands } from './commands/activity.ts';
import { applyCommands } from './commands/apply.ts';
import { destinationCommands, webhookCommands } from './commands/deletions.ts';
import { destinationReads } from './commands/destinations.ts';
import { exportSettings } from './commands/export-settings.ts';
import { onDemandCommands } from './commands/export-once.ts';
import { previewCommand } from './commands/webhook-previews.ts';
import { simulateCommand } from './commands/webhook-simulations.ts';
import { kindsCommand } from './commands/webhook-kinds.ts';
import { webhookSettings } from './commands/webhook-settings.ts';
import { explainCommand, testCommand } from './commands/webhooks.ts';
import { exportCommands } from './commands/exports.ts';
import { queryCommands } from './commands/queries.ts';
import { backfillCommands } from './commands/backfills.ts';
import { reconcileCommands } from './commands/reconcile.ts';
import { hookCommands } from './commands/hooks.ts';
import { messageCommands } from './commands/messages.ts';
import { replayCommands, webhookReplayCommand } from './commands/replays.ts';
import { erasureCommands } from './commands/erasures.ts';
import { notificationCommands } from './commands/notifications.ts';
import { runCommands } from './commands/runs.ts';
import { statsCommand } from './commands/stats.ts';

/** What a command that asks the API gets; the access is read when a command needs it, so that `--help` needs none. */
export interface CommandContext {
  api(): ApiClient;
  access(): ApiAccess;
  /** A variable of the environment; undefined: it is not set. */
  variables(name: string): string | undefined;
}

/** Adds every command that asks the REST API, one group per resource. */
export function registerApiCommands(
  program: Command,
  access: () => ApiAccess,
  variables: CommandContext['variables'],
): void {
  const context: CommandContext = { api: () => connectApi(access()), access, variables };
  destinationReads(destinationCommands(program, context), context);
  const exports = exportCommands(program, context);
  exportSettings(exports, context);
  reconcileCommands(exports, context);
  onDemandCommands(program, context);
  queryCommands(program, context);
  notificationCommands(program, context);
  runCommands(program, context);
  const webhooks = webhookCommands(program, context);
  webhookSettings(webhooks, context);
  explainCommand(webhooks, context);
  testCommand(webhooks, context);
  kindsCommand(webhooks, context);
  simulateCommand(webhooks, context);
  previewCommand(webhooks, context);
  webhookReplayCommand(webhooks, context);
  messageCommands(program, context);
  hookCommands(program, context);
  replayCommands(program, context);
  backfillCommands(program, context);
  accessCommands(program, context);
  erasureCommands(program, context);
  statsCommand(program, context);
  activityCommands(program, context);
  applyCommands(program, context);
}
