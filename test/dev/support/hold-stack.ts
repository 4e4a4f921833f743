/** Starts a whole stack on the folder given and holds it until it is killed. */
import { startStack } from '../../../dev/stack.ts';

const parts = { temporal: true, clickhouse: true, postgres: true, s3: true };
const stack = await startStack({ dataDir: process.argv[2] ?? '', parts });
process.stdout.write(`${JSON.stringify({ pids: stack.pids, databaseUrl: stack.databaseUrl })}\n`);
setInterval(() => undefined, 60_000);
