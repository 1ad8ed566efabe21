import { defineConfig } from "vitest/config";

/** Tests against other people's programs: one file per counterpart, one after the other. */
export default defineConfig({
  test: {
    include: ["test/real/**/*.test.ts"],
    // As with the tests of vitest.config.ts: the summary names what passed only then.
    retry: 1,
    testTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // A counterpart of several programs starts one after the other, on whatever machine this is.
    hookTimeout: 240_000,
    pool: "forks",
    fileParallelism: false,
  },
});
