import { InvalidArgumentError, Option, type Command } from 'commander';

/** What the commands of an operator do: they work on the servers behind Sluice, not over its API. */
export interface OperatorActions {
  server(): Promise<void>;
  worker(options: { queues?: string[] }): Promise<void>;
  setup(options: { json?: boolean; team?: string }): Promise<void>;
  doctor(options: { json?: boolean }): Promise<void>;
  invite(options: { email: string; role: string; team?: string; json?: boolean }): Promise<void>;
  resetPassword(email: string, options: { json?: boolean }): Promise<void>;
  rotateKeys(options: { json?: boolean }): Promise<void>;
  rebuildFirstSeen(options: { json?: boolean }): Promise<void>;
  dev(options: { s3?: boolean; json?: boolean }): Promise<void>;
  demo(options: { s3?: boolean; json?: boolean; exit?: boolean }): Promise<void>;
  verify(manifest: string, options: { root?: string; json?: boolean }): Promise<void>;
}

/** Names that options take. */
export interface OperatorNames {
  queues: readonly string[];
  roles: readonly string[];
}

/** Adds the commands that read the whole configuration, and `verify`, which reads none. */
export function registerOperatorCommands(program: Command, actions: OperatorActions, names: OperatorNames): void {
  processCommands(program, actions, names);
  preparingCommands(program, actions, names);
  tryingCommands(program, actions);
}

function processCommands(program: Command, actions: OperatorActions, { queues }: OperatorNames): void {
  program.command('server').description('the REST API and event capture').action(actions.server);
  program
    .command('worker')
    .description('runs exports and deliveries')
    .addOption(
      new Option('--queues <names>', `comma-separated: ${queues.join(', ')}`).argParser((value) =>
        parseQueues(value, queues),
      ),
    )
    .action(actions.worker);
}

function preparingCommands(program: Command, actions: OperatorActions, { roles }: OperatorNames): void {
  program
    .command('setup')
    .description('migrates Postgres and ClickHouse and prepares the Temporal namespace; safe to repeat')
    .option('--team <name>', 'also make this team, if it is missing, and print a new API key')
    .option('--json', 'print one JSON object')
    .action(actions.setup);
  program
    .command('doctor')
    .description('checks every server, schema, schedule, queue and clock, and says what to do; changes nothing')
    .option('--json', 'print one JSON object')
    .action(actions.doctor);
  const users = program.command('users').description('people, for an operator: it asks Postgres, not the API');
  userCommands(users, actions, roles);
  program
    .command('rotate-keys')
    .description('seal everything with SLUICE_ENCRYPTION_KEY that one of SLUICE_OLD_ENCRYPTION_KEYS has sealed')
    .option('--json', 'print one JSON object')
    .action(actions.rotateKeys);
  program
    .command('rebuild-first-seen')
    .description('makes the table of first arrivals anew from the event log, beside running work; safe to repeat')
    .option('--json', 'print one JSON object')
    .action(actions.rebuildFirstSeen);
}

function userCommands(users: Command, actions: OperatorActions, roles: readonly string[]): void {
  users
    .command('invite')
    .description('print a link with which somebody becomes a member of a team')
    .requiredOption('--email <address>')
    .addOption(new Option('--role <role>').choices(roles).default('viewer'))
    .option('--team <name>', 'left out: the first team')
    .option('--json', 'print one JSON object')
    .action(actions.invite);
  users
    .command('reset-password')
    .description('print a link with which somebody who has forgotten the password sets a new one')
    .argument('<email>')
    .option('--json', 'print one JSON object')
    .action(actions.resetPassword);
}

function tryingCommands(program: Command, actions: OperatorActions): void {
  program
    .command('dev')
    .description('the embedded stack with server and worker, on this machine, until Ctrl-C')
    .option('--s3', 'also start an S3 server')
    .option('--json', 'print the addresses as one JSON object')
    .action(actions.dev);
  program
    .command('demo')
    .description('shows an export and two webhooks at work, then stays up until Ctrl-C')
    .option('--s3', 'also export to an embedded S3 server')
    .option('--json', 'print one JSON object as the last line')
    .option('--exit', 'end when everything has arrived; exit code 0 only if every count agrees')
    .action(actions.demo);
  program
    .command('verify')
    .description("compares an export's manifest with its files on this machine; needs no server")
    .argument('<manifest>', 'path of a …_manifest.json')
    .option('--root <folder>', 'where the keys of the manifest begin; by default the files lie beside it')
    .option('--json', 'print one JSON object')
    .action(actions.verify);
}

function parseQueues(value: string, queues: readonly string[]): string[] {
  const names = value.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !queues.includes(name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`unknown queue ${unknown.join(', ')}; choose from ${queues.join(', ')}`);
  }
  return names;
}
