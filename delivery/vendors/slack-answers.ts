import type { AnswerRule } from '../answer-rules.ts';
import { badEvent, tooManyRequests } from './common-answers.ts';

const NEW_URL = 'Create a new incoming webhook in the Slack app and enter its URL.';
const REFUSED = 'Slack cannot read the message, or it is too long.';
const CORRECT_IT = 'Correct text or blocks, then replay the event.';
const SEND_LESS = 'Filter more: Slack takes about one message a second.';

/** Statuses of answers that explain themselves; with 429 and 5xx Slack says by the status alone what it means. */
const PLAIN = [400, 401, 403, 404, 410];
const JSON_TOO = [200, ...PLAIN];

/** An incoming webhook answers a word. */
function word(...words: string[]): Pick<AnswerRule, 'when' | 'status' | 'body'> {
  return {
    when: words.map((one) => `\`${one}\``).join(', '),
    status: PLAIN,
    body: new RegExp(`\\b(?:${words.join('|')})\\b`),
  };
}

/** What was posted is in the answer to it, and may look like a refusal. */
const NOT_POSTED = String.raw`^(?!\s*\{\s*"ok"\s*:\s*true)[^]*`;

/** The Web API answers `{"ok":false,"error":"…"}`, with 200 most of the time. */
function webApi(...errors: string[]): Pick<AnswerRule, 'when' | 'status' | 'body'> {
  return {
    when: `Web API: ${errors.map((one) => `\`${one}\``).join(', ')}`,
    status: JSON_TOO,
    body: new RegExp(String.raw`${NOT_POSTED}"error"\s*:\s*"(?:${errors.join('|')})"`),
  };
}

/** After https://docs.slack.dev/reference/methods/chat.postMessage: errors of a method that posts messages. */
const OF_WEB_API: readonly AnswerRule[] = [
  {
    ...webApi('ratelimited', 'rate_limited', 'message_limit_exceeded'),
    ...{ class: 'throttled', name: 'slack_rate_limited', remedy: SEND_LESS },
    message: 'The limit of messages is reached.',
  },
  {
    ...webApi('internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'),
    ...{ class: 'retry', name: 'slack_unavailable', message: 'Slack could not do it just now.' },
    remedy: 'Nothing: it is tried again. See https://slack-status.com if it stays.',
  },
  {
    ...webApi(
      ...['msg_too_long', 'msg_blocks_too_long', 'no_text', 'invalid_blocks', 'invalid_blocks_format'],
      ...['too_many_attachments', 'attachment_payload_limit_exceeded', 'metadata_too_large'],
    ),
    ...{ class: 'rejected', name: 'slack_message_invalid', message: REFUSED, remedy: CORRECT_IT },
  },
  {
    ...webApi('not_in_channel'),
    ...{ class: 'misconfigured', name: 'slack_not_in_channel', message: 'The app is not a member of the channel.' },
    remedy: 'Invite the app to the channel, or give it the scope chat:write.public for public ones.',
  },
  {
    ...webApi('channel_not_found', 'team_not_found'),
    ...{ class: 'misconfigured', name: 'slack_channel_unknown' },
    message: 'There is no such channel, or the app cannot see it.',
    remedy: 'Correct the channel in the payload, by its id; to a private one invite the app.',
  },
  {
    ...webApi('is_archived'),
    ...{ class: 'misconfigured', name: 'slack_channel_closed', message: 'The channel is archived.' },
    remedy: 'Take the channel out of the archive, or name another one in the payload.',
  },
  {
    ...webApi(
      'invalid_auth',
      'not_authed',
      'token_revoked',
      'token_expired',
      'account_inactive',
      'not_allowed_token_type',
    ),
    ...{ class: 'misconfigured', name: 'slack_token_refused' },
    message: 'The token is wrong, expired or revoked, or the app or user that it is of is gone.',
    remedy:
      'Install the app in the workspace again and enter its bot token (xoxb-…) as the bearer token of the webhook.',
  },
  {
    ...webApi('missing_scope', 'no_permission'),
    ...{ class: 'misconfigured', name: 'slack_scope_missing', message: 'The token may not post messages.' },
    remedy: 'Give the app the scope chat:write, install it again, and enter its new token.',
  },
  {
    ...webApi(
      String.raw`restricted_action\w*`,
      ...['access_denied', 'accesslimited', 'ekm_access_denied', 'enterprise_is_restricted', 'team_access_not_granted'],
    ),
    when: 'Web API: `restricted_action…`, `access_denied`, `ekm_access_denied`, `team_access_not_granted`, …',
    ...{ class: 'misconfigured', name: 'slack_posting_restricted' },
    message: 'The workspace does not allow the app to post there.',
    remedy: 'Have an administrator of the workspace allow it, or name another channel in the payload.',
  },
  {
    ...{
      when: 'any other `"ok":false`',
      status: JSON_TOO,
      body: new RegExp(String.raw`${NOT_POSTED}"ok"\s*:\s*false`),
    },
    ...{ class: 'misconfigured', name: 'slack_not_ok' },
    message: 'Slack took the request and refused the message.',
    remedy: 'See error in the answer of the attempt, and correct URL, token or payload.',
  },
];

/** After https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks. */
const OF_INCOMING_WEBHOOKS: readonly AnswerRule[] = [
  {
    ...word('no_service', 'no_team', 'invalid_token'),
    ...{ class: 'misconfigured', name: 'slack_no_service', remedy: NEW_URL },
    message: 'The incoming webhook was removed, or its app was taken from the workspace.',
  },
  {
    ...word('channel_is_archived'),
    ...{ class: 'misconfigured', name: 'slack_channel_archived', message: 'The channel is archived.' },
    remedy: 'Take the channel out of the archive, or enter the URL of a webhook for another one.',
  },
  {
    ...word('channel_not_found', 'user_not_found'),
    ...{ class: 'misconfigured', name: 'slack_channel_missing', remedy: NEW_URL },
    message: 'The channel or user of the webhook does not exist.',
  },
  {
    ...word('action_prohibited', 'posting_to_general_channel_denied'),
    ...{ class: 'misconfigured', name: 'slack_action_prohibited' },
    message: 'The workspace does not allow this webhook to post there.',
    remedy: 'Have an administrator allow it, or choose another channel.',
  },
  badEvent([400], { name: 'slack_message_invalid', message: REFUSED, remedy: CORRECT_IT }),
];

/** Of incoming webhooks, and of the Web API, which a webhook with a payload and a token of its own may call. */
export const SLACK_ANSWERS: readonly AnswerRule[] = [
  tooManyRequests({ name: 'slack_rate_limited', remedy: SEND_LESS }),
  ...OF_WEB_API,
  ...OF_INCOMING_WEBHOOKS,
];
