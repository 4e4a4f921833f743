import { validation } from '../errors.ts';
import type { Target } from './statement.ts';

/** What the account has: names of clusters and workgroups, secrets by ARN with the database user they stand for. */
export interface Account {
  clusters: readonly string[];
  workgroups: readonly string[];
  secrets: Readonly<Record<string, string>>;
  /** The database user of a caller who names none. */
  iamDbUser: string;
}

/** The database and user that a request names, in the service's words when it names none that exist. */
export function resolveTarget(input: Record<string, unknown>, account: Account): Target {
  const names = ['ClusterIdentifier', 'WorkgroupName', 'SecretArn', 'Database'] as const;
  const [clusterIdentifier, workgroupName, secretArn, database] = names.map((name) => textOf(input, name));
  const dbUser = textOf(input, 'DbUser');
  checkPlace(clusterIdentifier, workgroupName, account);
  checkLogin({ secretArn, database, dbUser, workgroupName }, account);
  return {
    ...(clusterIdentifier === undefined ? {} : { clusterIdentifier }),
    ...(workgroupName === undefined ? {} : { workgroupName }),
    ...(secretArn === undefined ? {} : { secretArn }),
    ...(database === undefined ? {} : { database }),
    dbUser: account.secrets[secretArn ?? ''] ?? dbUser ?? account.iamDbUser,
  };
}

const textOf = (input: Record<string, unknown>, name: string): string | undefined =>
  typeof input[name] === 'string' ? input[name] : undefined;

function checkPlace(cluster: string | undefined, workgroup: string | undefined, account: Account): void {
  if ((cluster === undefined) === (workgroup === undefined)) {
    throw validation('Either ClusterIdentifier or WorkgroupName must be provided, and not both.');
  }
  const known = cluster === undefined ? account.workgroups : account.clusters;
  if (!known.includes(cluster ?? workgroup ?? '')) {
    throw validation("Redshift endpoint doesn't exist in this region.");
  }
}

type Login = Record<'secretArn' | 'database' | 'dbUser' | 'workgroupName', string | undefined>;

function checkLogin({ secretArn, database, dbUser, workgroupName }: Login, account: Account): void {
  if (database === undefined && secretArn === undefined) {
    throw validation('Database must be provided.');
  }
  if (workgroupName !== undefined && dbUser !== undefined) {
    throw validation('DbUser is not supported with WorkgroupName.');
  }
  if (secretArn !== undefined && account.secrets[secretArn] === undefined) {
    throw validation(`Secrets Manager can't find the specified secret: ${secretArn}`);
  }
}
