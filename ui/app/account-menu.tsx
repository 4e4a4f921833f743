import { ActionIcon, Menu } from '@mantine/core';
import { IconKey, IconLogout, IconUser } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { ApiProblem } from '../../api-client/index.ts';
import { tellProblem } from '../parts/tell-problem.ts';
import { ChangePassword } from '../session/change-password.tsx';
import { logOut } from '../session/auth-api.ts';
import { useSession } from '../session/session.tsx';
import { endSession } from '../session/store.ts';

/** A session that has ended already is left just as well. */
const isSignedOut = (error: unknown): boolean => error instanceof ApiProblem && error.status === 401;

export function AccountMenu(): ReactNode {
  const session = useSession();
  const [changing, setChanging] = useState(false);
  const leave = async (): Promise<void> => {
    try {
      await logOut();
    } catch (error) {
      if (!isSignedOut(error)) {
        tellProblem('You are still signed in', error);
        return;
      }
    }
    endSession();
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Account">
            <IconUser size={18} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{session?.kind === 'user' ? session.user.email : 'Signed in with an API key'}</Menu.Label>
          {session?.kind === 'user' && (
            <Menu.Item
              leftSection={<IconKey size={16} />}
              onClick={() => {
                setChanging(true);
              }}
            >
              Change password
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {changing && (
        <ChangePassword
          onClose={() => {
            setChanging(false);
          }}
        />
      )}
    </>
  );
}
