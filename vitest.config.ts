import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** Programs that a test starts need not compile anew what the one before them did. */
const env = { NODE_COMPILE_CACHE: resolve("node_modules/.cache/node") };
/** With servers, sockets and browsers, on two slow cores too. A later group starts once the one before has ended. */
const patient = { globalSetup: "test/support/global-setup.ts", env, testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          testTimeout: 20_000, // of thousands of cases beside other workers
          isolate: false, // pure code: a worker for each file would cost more than most of them
          include: ["{services,lib,mixins,contracts,simulator,test/repository,test/chaos}/**/*.test.ts"],
        },
      },
      "web/vitest.config.ts",
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          sequence: { groupOrder: 1 },
          ...patient,
        },
      },
      {
        test: {
          name: "acceptance",
          include: ["test/acceptance/**/*.test.ts"],
          sequence: { groupOrder: 2 },
          maxWorkers: 2, // most run a whole ttlc
          ...patient,
        },
      },
      {
        test: {
          name: "faults", // servers that die, links that lie: `npm run test:faults`, beside `npm test`
          include: ["test/faults/**/*.test.ts"],
          sequence: { groupOrder: 3 },
          maxWorkers: 1,
          ...patient,
        },
      },
    ],
    maxWorkers: 3,
  },
});
