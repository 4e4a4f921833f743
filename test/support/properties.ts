import fc from 'fast-check';

/**
 * The seed of all property tests: `SLUICE_TEST_SEED`, or a fixed one where `CI` is set, so that the gate says the same of the same commit twice.
 * Anywhere else each run has a new one, which fast-check prints with a failure.
 */
const seed = process.env['SLUICE_TEST_SEED'] ?? (process.env['CI'] === 'true' ? '1' : undefined);

if (seed !== undefined) {
  fc.configureGlobal({ seed: Number(seed) });
}
