import { randomBytes } from 'node:crypto';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Of the role that was assumed, else of the user. */
  arn: string;
  expiresAtMs?: number;
}

/** The keys that the emulated account knows: those of its user, and temporary ones that STS has issued. */
export interface CredentialStore {
  find(accessKeyId: string): Credentials | undefined;
  issue(arn: string, durationSeconds: number): Required<Credentials>;
}

export function credentialStore(user: Credentials): CredentialStore {
  const known = new Map([[user.accessKeyId, user]]);
  return {
    find: (accessKeyId) => known.get(accessKeyId),
    issue: (arn, durationSeconds) => {
      const issued = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(20).toString('hex'),
        sessionToken: randomBytes(48).toString('base64'),
        arn,
        expiresAtMs: Date.now() + durationSeconds * 1_000,
      };
      known.set(issued.accessKeyId, issued);
      return issued;
    },
  };
}
