/**
 * One event as PostHog's capture endpoint takes it, in one line of text. Properties are put in as they were captured;
 * a raw line break can only be white space between JSON tokens there.
 */
export const POSTHOG_EVENT = `concat('{"uuid":"', toString(uuid), '","event":', toJSONString(toString(event)),
  ',"distinct_id":', toJSONString(distinct_id), ',"timestamp":"', formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC'),
  '","properties":', replaceRegexpAll(properties, '[\\r\\n]', ' '), '}') AS line`;
