import { Center, Loader } from '@mantine/core';
import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { createApiClient, type ApiClient } from '../../api-client/index.ts';
import { resumeSession } from './auth-api.ts';
import { endingFetch } from './ending-fetch.ts';
import { currentSession, endSession, roleOf, sessionHeaders, subscribeSession, type Session } from './store.ts';

const ApiContext = createContext<ApiClient | undefined>(undefined);

export function useSession(): Session | undefined {
  return useSyncExternalStore(subscribeSession, currentSession);
}

/** The API as the person who is signed in. */
export function useApi(): ApiClient {
  const api = useContext(ApiContext);
  if (api === undefined) {
    throw new Error('useApi outside of SessionProvider');
  }
  return api;
}

/** Viewers look; controls that change something are not shown to them. `admin`: members, keys and secrets. */
export function useCan(what: 'write' | 'admin'): boolean {
  const role = roleOf(useSession());
  return what === 'admin' ? role === 'owner' : role !== 'viewer';
}

/** Finds out who is there before anything is shown. */
export function SessionProvider({ children }: { children: ReactNode }): ReactNode {
  const session = useSession();
  const [looked, setLooked] = useState(false);
  useEffect(() => {
    void resumeSession().finally(() => {
      setLooked(true);
    });
  }, []);
  const key = session?.kind === 'key' ? session.key : undefined;
  const api = useMemo(() => {
    const auth = key === undefined ? { session: sessionHeaders } : { key };
    const fetch = endingFetch((request) => window.fetch(request), endSession);
    return createApiClient({ url: window.location.origin, auth, fetch });
  }, [key]);
  return (
    <ApiContext.Provider value={api}>
      {looked ? (
        children
      ) : (
        <Center h="100vh">
          <Loader aria-label="Loading" />
        </Center>
      )}
    </ApiContext.Provider>
  );
}
