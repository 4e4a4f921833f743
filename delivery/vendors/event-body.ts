/** One event with few levels: what people choose from in the editors of automation tools. */
export const EVENT_BODY = {
  uuid: '{{ event.uuid }}',
  event: '{{ event.name }}',
  distinct_id: '{{ event.distinct_id }}',
  timestamp: '{{ event.timestamp }}',
  properties: '{{ event.properties }}',
  person: { id: '{{ person.id }}', properties: '{{ person.properties }}' },
  groups: '{{ groups }}',
  team_id: '{{ team.id }}',
};
