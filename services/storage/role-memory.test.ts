import { expect, it } from "vitest";
import { makeEvent, viewer } from "../../test/fixtures/events.ts";
import { fold } from "./projections.ts";
import { type KnownTeller, RoleMemory } from "./role-memory.ts";

const known = (tellings: number): KnownTeller => ({
  tellings,
  last: BigInt(tellings),
  roles: { gifterLevel: tellings },
});

it("holds on to what it has said of a batch, though another batch takes its place meanwhile", () => {
  const user = { ...viewer(1), isModerator: true, followRole: 0 as const };
  const deltas = fold([{ event: makeEvent("CHAT", { user }), userRef: "anna", position: 9n }]);
  const [key] = [...deltas.tellers.keys()] as [string];
  const memory = new RoleMemory();
  memory.keep(new Map([[key, known(3)]]));
  const expected = memory.expect(deltas);
  expect(deltas.streamUsers.get(key)?.told_before).toBe(3);
  memory.keep(new Map(Array.from({ length: 20_000 }, (_, i) => [`other ${i}`, known(1)])));
  expect(expected.get(key)).toEqual(known(3));
  expect(memory.expect(deltas).size).toBe(0);
});
