import { Anchor, Button, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router';
import { Note } from '../parts/note.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { logIn, loginMethods } from './auth-api.ts';
import { KeyLogin } from './key-login.tsx';
import { PublicFrame } from './public-frame.tsx';
import { oidcStart, safeNext } from './safe-next.ts';
import { signInFault } from './sign-in-faults.ts';
import { useSession } from './session.tsx';

export function LoginPage(): ReactNode {
  const session = useSession();
  const [search] = useSearchParams();
  const methods = useQuery({ queryKey: ['login-methods'], queryFn: loginMethods, retry: false });
  const [byKey, setByKey] = useState(false);
  const next = safeNext(search.get('next'));
  if (session !== undefined) {
    return <Navigate to={next} replace />;
  }
  const fault = signInFault(search.get('error'));
  const keyOnly = byKey || methods.isError;
  return (
    <PublicFrame title="Sign in">
      {fault && (
        <Note tone="bad" title={fault.title} role="alert">
          <Text size="sm">{fault.remedy}</Text>
        </Note>
      )}
      {keyOnly ? <KeyLogin /> : <PasswordLogin />}
      {methods.data?.oidc && !byKey && (
        <>
          <Divider label="or" />
          <Button component="a" variant="default" href={oidcStart(next)}>
            Continue with {methods.data.oidc.name}
          </Button>
        </>
      )}
      {!methods.isError && (
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => {
            setByKey(!byKey);
          }}
        >
          {byKey ? 'Use a password' : 'Use an API key'}
        </Anchor>
      )}
    </PublicFrame>
  );
}

function PasswordLogin(): ReactNode {
  const form = useForm({ initialValues: { email: '', password: '' } });
  const login = useMutation({ mutationFn: logIn });
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        login.mutate(values);
      })}
    >
      <Stack>
        <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
        <PasswordInput label="Password" autoComplete="current-password" required {...form.getInputProps('password')} />
        {login.error && <ProblemAlert error={login.error} />}
        <Button type="submit" loading={login.isPending}>
          Sign in
        </Button>
        <Anchor component={Link} to="/forgot-password" size="sm">
          Forgotten your password?
        </Anchor>
      </Stack>
    </form>
  );
}
