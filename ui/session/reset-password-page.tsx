import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { readReset, setPassword } from './auth-api.ts';
import { NewPassword } from './new-password.tsx';
import { PublicFrame } from './public-frame.tsx';
import { tooShort } from './too-short.ts';

/** `/console/reset-password?token=…` */
export function ResetPasswordPage(): ReactNode {
  const [search] = useSearchParams();
  const token = search.get('token') ?? '';
  const reset = useQuery({
    queryKey: ['password-reset', token],
    queryFn: () => readReset(token),
    retry: false,
    // Once it is used there is no such link.
    refetchOnWindowFocus: false,
  });
  return (
    <PublicFrame title="New password">
      {reset.error && <ProblemAlert error={reset.error} />}
      {reset.data && <Choose token={token} email={reset.data.email} />}
      <Anchor component={Link} to="/login" size="sm">
        To the sign-in
      </Anchor>
    </PublicFrame>
  );
}

function Choose({ token, email }: { token: string; email: string }): ReactNode {
  const form = useForm({
    initialValues: { password: '' },
    validateInputOnBlur: true,
    validate: { password: tooShort },
  });
  const set = useMutation({ mutationFn: (password: string) => setPassword(token, password) });
  if (set.isSuccess) {
    return (
      <Text size="sm" role="status">
        The new password of {email} is set. You are signed out everywhere else: sign in with it.
      </Text>
    );
  }
  return (
    <form
      onSubmit={form.onSubmit(({ password }) => {
        set.mutate(password);
      })}
    >
      <Stack>
        <Text size="sm">
          For <b>{email}</b>. It ends every session that is open.
        </Text>
        <NewPassword {...form.getInputProps('password')} />
        {set.error && <ProblemAlert error={set.error} />}
        <Button type="submit" loading={set.isPending}>
          Set the password
        </Button>
      </Stack>
    </form>
  );
}
