import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { acceptInvitation, readInvitation, type Invitation, type NewPerson } from './auth-api.ts';
import { NewPassword } from './new-password.tsx';
import { PublicFrame } from './public-frame.tsx';
import { tooShort } from './too-short.ts';

/** `/console/welcome?token=…`: an invitation, also the first owner's. */
export function WelcomePage(): ReactNode {
  const [search] = useSearchParams();
  const token = search.get('token') ?? '';
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => readInvitation(token),
    retry: false,
  });
  return (
    <PublicFrame title="Welcome">
      {invitation.error && <ProblemAlert error={invitation.error} />}
      {invitation.data && <Accept token={token} invitation={invitation.data} />}
    </PublicFrame>
  );
}

function Accept({ token, invitation }: { token: string; invitation: Invitation }): ReactNode {
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validateInputOnBlur: true,
    validate: { password: tooShort },
  });
  const accept = useMutation({
    mutationFn: ({ name, email, password }: Required<NewPerson>) =>
      acceptInvitation(token, { name, password, ...(invitation.email === null ? { email } : {}) }),
    onSuccess: () => navigate('/'),
  });
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        accept.mutate(values);
      })}
    >
      <Stack>
        <Text size="sm">
          You join <b>{invitation.team.name}</b> as {invitation.role}
          {invitation.email === null ? '' : `, with ${invitation.email}`}.
        </Text>
        {invitation.email === null && (
          <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
        )}
        <TextInput label="Your name" autoComplete="name" required {...form.getInputProps('name')} />
        <NewPassword more="Have you an account here already? Then its password." {...form.getInputProps('password')} />
        {accept.error && <ProblemAlert error={accept.error} />}
        <Button type="submit" loading={accept.isPending}>
          Begin
        </Button>
      </Stack>
    </form>
  );
}
