import type { NamedStep } from '../check-steps.ts';
import type { S3Config } from './config.ts';
import { credentialsOf, isRoleOpen, requireRole, type RoleOptions } from './credentials.ts';
import { roleOpen } from './role-errors.ts';

/** Steps of a connection check; none without a role. */
export function roleSteps(config: S3Config, options: RoleOptions): NamedStep[] {
  if (config.roleArn === undefined) {
    return [];
  }
  return [
    {
      name: 'role',
      run: async () => {
        credentialsOf(config, options);
        await requireRole(config, options);
      },
    },
    {
      name: 'external id is demanded',
      run: async () => {
        if (await isRoleOpen(config, options)) {
          throw roleOpen();
        }
      },
    },
  ];
}
