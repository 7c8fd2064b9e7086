import { expect, it } from "vitest";
import { inOrder } from "./stop-in-order.ts";

it("stops services from the source to the edge, and leaves Moleculer's own to the broker", () => {
  const services = ["gateway", "$node", "storage", "rules", "forwarder", "normalizer", "simulator", "ingest"];
  expect(inOrder(services.map((name) => ({ name }))).map(({ name }) => name)).toEqual([
    "ingest",
    "simulator",
    "normalizer",
    "forwarder",
    "storage",
    "rules",
    "gateway",
  ]);
});
