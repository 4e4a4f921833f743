-- Each step of a webhook's health asks which webhooks of its team are told of such things: few, or none.
CREATE INDEX destinations_for_operations ON destinations (team_id)
  WHERE kind = 'webhook' AND deleted_at IS NULL AND config ->> 'source' = 'operations';
