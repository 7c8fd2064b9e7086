import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineProject } from "vitest/config";

export default defineProject({
  root: import.meta.dirname,
  plugins: [svelte(), svelteTesting()],
  test: {
    name: "web",
    environment: "jsdom",
    sequence: { groupOrder: 4 },
    isolate: false, // a document for each file would cost ten times what is done in it
    include: ["src/**/*.test.ts"],
  },
});
