-- Where the time of a request went, in milliseconds, one phase after the other; NULL where a phase did not happen: over a
-- connection that was kept from before there is only the first byte. Rows of before have none.
ALTER TABLE delivery_attempts
    ADD COLUMN IF NOT EXISTS dns_ms Nullable(Float64),
    ADD COLUMN IF NOT EXISTS connect_ms Nullable(Float64),
    ADD COLUMN IF NOT EXISTS tls_ms Nullable(Float64),
    ADD COLUMN IF NOT EXISTS first_byte_ms Nullable(Float64),
    -- Lines of `name: value`, cut, and without what may be secret.
    ADD COLUMN IF NOT EXISTS response_headers String CODEC(ZSTD(1));
