import { defineConfig } from "vitest/config";

/** Servers, sockets and browsers: on two slow cores too. */
const patient = { testTimeout: 120_000, hookTimeout: 120_000 };
const globalSetup = "test/support/global-setup.ts";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{services,lib,mixins,contracts,simulator,test/repository}/**/*.test.ts"],
        },
      },
      "web/vitest.config.ts",
      { test: { name: "integration", include: ["test/integration/**/*.test.ts"], globalSetup, ...patient } },
      { test: { name: "acceptance", include: ["test/acceptance/**/*.test.ts"], globalSetup, ...patient } },
    ],
    maxWorkers: 2,
  },
});
