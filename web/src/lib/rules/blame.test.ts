import { expect, it } from "vitest";
import { blamed } from "./blame.ts";

const clause = (path: string, holds: boolean, value: number | boolean) => ({ path, holds, reads: { [path]: value } });
const field = (path: string) => ({ var: path });
const coins = { ">=": [field("coins"), 10] };

it("names the comparison that failed", () => {
  const [yes, no] = [clause("level", true, 9), clause("coins", false, 3)];
  expect(blamed({ and: [{ ">": [field("level"), 5] }, coins] }, [yes, no])).toEqual([no]);
});

it("names below a not what holds", () => {
  const [mod, paid] = [clause("isModerator", true, true), clause("coins", true, 12)];
  expect(blamed({ and: [{ "!": field("isModerator") }, coins] }, [mod, paid])).toEqual([mod]);
  expect(blamed({ "!": [{ or: [field("isModerator"), coins] }] }, [mod, paid])).toEqual([mod, paid]);
});

it("names every one that none of an or holds, and nothing when one does", () => {
  const [one, two] = [clause("a", false, 1), clause("b", false, 2)];
  expect(blamed({ or: [field("a"), field("b")] }, [one, two])).toEqual([one, two]);
  expect(blamed({ or: [field("a"), field("b")] }, [one, { ...two, holds: true }])).toEqual([]);
});
