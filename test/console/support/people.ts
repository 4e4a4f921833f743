import { randomUUID } from 'node:crypto';
import { inviteUser } from '../../../setup.ts';
import type { TestSystem } from '../../support/test-system.ts';

/** A team of its own, and an invitation to it. */
export async function createTeamAndInvite(
  system: TestSystem,
  role: Parameters<typeof inviteUser>[1]['role'],
): Promise<{
  team: Awaited<ReturnType<TestSystem['newTeam']>>;
  email: string;
  password: string;
  /** Of the invitation's page, on the server under test. */
  welcomePath: string;
}> {
  const name = `Team ${randomUUID()}`;
  const team = await system.newTeam(name);
  const email = `${randomUUID()}@example.com`;
  const { url } = await inviteUser(system.config, { email, role, team: name });
  const { pathname, search } = new URL(url);
  return { team, email, password: 'correct horse battery', welcomePath: pathname + search };
}
