import { Anchor, Button, Code, List, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { askForReset, loginMethods } from './auth-api.ts';
import { PublicFrame } from './public-frame.tsx';

/** `/console/forgot-password`: has a link sent, or says who can make one. */
export function ForgotPasswordPage(): ReactNode {
  const methods = useQuery({ queryKey: ['login-methods'], queryFn: loginMethods, retry: false });
  return (
    <PublicFrame title="New password">
      {methods.error && <ProblemAlert error={methods.error} />}
      {methods.data && (methods.data.reset_by_mail ? <AskForMail /> : <WhoCanHelp />)}
      <Anchor component={Link} to="/login" size="sm">
        Back to the sign-in
      </Anchor>
    </PublicFrame>
  );
}

function AskForMail(): ReactNode {
  const [email, setEmail] = useState('');
  const ask = useMutation({ mutationFn: askForReset });
  if (ask.isSuccess) {
    return (
      <Text size="sm" role="status">
        If {email} has an account, a mail with a link is on its way to it. The link is good once, for a few hours.
      </Text>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate(email.trim());
      }}
    >
      <Stack>
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => {
            setEmail(event.currentTarget.value);
          }}
        />
        {ask.error && <ProblemAlert error={ask.error} />}
        <Button type="submit" loading={ask.isPending}>
          Send me a link
        </Button>
      </Stack>
    </form>
  );
}

function WhoCanHelp(): ReactNode {
  return (
    <Stack gap="xs">
      <Text size="sm">A link lets you set a new one. Who can make it for you:</Text>
      <List size="sm" spacing="xs">
        <List.Item>an owner of your team, in Settings, Members; unless you are in other teams, too</List.Item>
        <List.Item>
          the operator, with <Code>sluice users reset-password</Code> and your address
        </List.Item>
      </List>
    </Stack>
  );
}
