import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

const gateway = process.env.TTLC_GATEWAY ?? "http://127.0.0.1:3000";

/** The dashboard is served by the gateway under /app/. In development (`vite web`) everything else goes to a running one. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/app/",
  plugins: [tailwindcss(), svelte()],
  server: { host: "127.0.0.1", proxy: { "^/(auth|streams|sessions|v1)": gateway } },
  build: {
    // light-dark(), oklch() and CSS nesting as they are: what browsers have had since 2024.
    target: ["chrome123", "edge123", "firefox128", "safari17.5"],
    manifest: true,
    // The dashboard, and the page of the API's documents, which the gateway serves at /docs.
    rolldownOptions: {
      input: ["index.html", "docs.html"].map((page) => fileURLToPath(new URL(page, import.meta.url))),
    },
    modulePreload: { polyfill: false },
    // A data: URI would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
  },
});
