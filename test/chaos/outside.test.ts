import { afterAll, beforeAll, expect, it } from "vitest";
import { parseAllowList } from "../../lib/egress/allow-list.ts";
import { Egress } from "../../lib/egress/egress.ts";
import { manners, Outside } from "./outside.ts";

const outside = new Outside();
beforeAll(() => outside.start());
afterAll(() => outside.stop());

it("has nothing against the canary but its address", async () => {
  const egress = new Egress({ allow: parseAllowList(outside.allowed) });
  await expect(egress.check(outside.url("canary", "/"))).rejects.toMatchObject({
    data: { why: expect.stringContaining("no public address") },
  });
  for (const manner of manners) if (manner !== "canary") await egress.check(outside.url(manner, "/"));
  expect(outside.canaryHits).toBe(0);
});

it("counts who comes to the canary", async () => {
  const egress = new Egress({ allow: parseAllowList(outside.host("canary")) });
  await expect(egress.send({ url: outside.url("canary", "/") })).rejects.toMatchObject({ type: "EGRESS_FAILED" });
  expect(outside.canaryHits).toBe(1);
});
