import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type ReactNode } from 'react';
import { tellProblem } from './tell-problem.ts';

/** Long enough to read what a pause means, and to reach the button. */
const SHOWN_MS = 12_000;

export interface PauseButtonProps {
  id: string;
  name: string;
  paused: boolean;
  /** What a pause means, and that nothing is lost. */
  meanwhile: string;
  /** May answer what to say of the pause instead of `meanwhile`. */
  pause: () => Promise<string | undefined>;
  /** May ask something first. */
  resume: () => unknown;
  /** Resumes as if there had been no pause. */
  undo: () => Promise<unknown>;
}

/** Pauses at once, since that can be taken back: the notice that says so offers it, and so does the button afterwards. */
export function PauseButton({ id, paused, resume, ...rest }: PauseButtonProps): ReactNode {
  const notice = `paused-${id}`;
  const button = useRef<HTMLButtonElement>(null);
  const change = useMutation({
    mutationFn: async () => {
      notifications.hide(notice);
      if (paused) {
        await resume();
      } else {
        const meanwhile = (await rest.pause()) ?? rest.meanwhile;
        tellPaused(notice, { ...rest, meanwhile, after: () => button.current?.focus() });
      }
    },
    onError: (error) => {
      tellProblem('Nothing was changed', error);
    },
  });
  return (
    <Button
      ref={button}
      variant="default"
      leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
      aria-busy={change.isPending}
      onClick={() => {
        // A button that is disabled meanwhile would lose the keyboard.
        if (!change.isPending) {
          change.mutate();
        }
      }}
    >
      {paused ? 'Resume' : 'Pause'}
    </Button>
  );
}

interface Pause extends Pick<PauseButtonProps, 'name' | 'meanwhile' | 'undo'> {
  /** Where the keyboard goes on. */
  after: () => void;
}

function tellPaused(id: string, { name, meanwhile, undo, after }: Pause): void {
  const takeBack = async (): Promise<void> => {
    await undo();
    after();
    notifications.hide(id);
    notifications.show({ message: `${name} is no longer paused.` });
  };
  notifications.show({
    ...{ id, title: `${name} is paused.`, autoClose: SHOWN_MS },
    message: <Undo meanwhile={meanwhile} takeBack={takeBack} />,
  });
}

/** Notices are outside of the pages, and of what pages share. */
function Undo({ meanwhile, takeBack }: { meanwhile: string; takeBack: () => Promise<void> }): ReactNode {
  const [busy, setBusy] = useState(false);
  const click = async (): Promise<void> => {
    setBusy(true);
    await takeBack().catch((error: unknown) => {
      tellProblem('It stays paused', error);
    });
    setBusy(false);
  };
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{meanwhile}</Text>
      <Button
        size="xs"
        variant="default"
        miw="max-content"
        aria-busy={busy}
        onClick={() => {
          if (!busy) {
            void click();
          }
        }}
      >
        Undo
      </Button>
    </Group>
  );
}
