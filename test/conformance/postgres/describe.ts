import { describe } from '@jest/globals';
import { describeTableDestination } from '../table-suite.ts';
import type { WrongConfig } from '../place.ts';
import type { TestServer } from './place.ts';

/** On any server; `more` are mistakes that only some servers notice. */
export function describePostgres(
  server: () => TestServer,
  more: (config: Record<string, unknown>) => WrongConfig[] = () => [],
): void {
  describe('postgres', () => {
    describeTableDestination({
      kind: 'postgres',
      place: () => server().place(),
      childModule: new URL('../postgres-under-test.ts', import.meta.url),
      // jsonb writes numbers out.
      adjust: (row) => ({ ...row, props: row['props']?.replace('1e21', `1${'0'.repeat(21)}`) ?? null }),
      wrongConfigs: async () => {
        const { config } = await server().place();
        const secret = 'wrong-horse-battery';
        return [
          { name: 'password', config: { ...config, password: secret }, code: 'postgres_credentials_refused', secret },
          {
            name: 'user',
            config: { ...config, user: 'nobody', password: secret },
            code: 'postgres_credentials_refused',
            secret,
          },
          { name: 'database', config: { ...config, database: 'nowhere' }, code: 'postgres_database_missing' },
          { name: 'schema', config: { ...config, schema: 'nowhere' }, code: 'postgres_schema_missing' },
          ...more(config),
        ];
      },
    });
  });
}
