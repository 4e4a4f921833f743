-- What a destination or a webhook looked like at each version, without secrets: of those only which ones a change replaced.
CREATE TABLE destination_versions (
    destination_id uuid NOT NULL REFERENCES destinations (id),
    version integer NOT NULL,
    -- {name, status, config, secretNames, deleted}
    settings jsonb NOT NULL,
    secrets_changed text[] NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (destination_id, version)
);

-- History begins with what is there; what was changed before nobody knows.
INSERT INTO destination_versions (destination_id, version, settings, secrets_changed, created_at)
SELECT id, version,
    jsonb_build_object('name', name, 'status', status, 'config', config, 'secretNames', secret_names,
        'deleted', deleted_at IS NOT NULL),
    secret_names, updated_at
FROM destinations WHERE kind <> 'download' AND octet_length(secrets) > 0;
