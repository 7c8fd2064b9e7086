import { describe, expect, it } from "vitest";
import type { Provider } from "../../contracts/raw-envelope.ts";
import type { RoomStatus } from "../../contracts/room.ts";
import { aRoom } from "../../test/support/gateway.ts";
import type { Call } from "./route.ts";
import { assertInScope, assertMayFollow } from "./scope.ts";

const developer = { simulated: true } as const;
const streamer = { channelIds: ["real"] };
const ofSimulation = { channelIds: ["simulated"] };

/** Handles and the channels they are of, as storage knows them; nothing else is stored. */
const channels = { anna: ["real", "simulated"], bob: ["bobs", undefined], show: [undefined, "simulated"] };

function world(...rooms: RoomStatus[]): Call {
  const belongs = ({ kind, id, simulated }: { kind: string; id: keyof typeof channels; simulated?: boolean }) => {
    const [real, simulation] = kind === "streamer" ? channels[id] : [];
    const channelId = simulated ? simulation : real;
    return channelId ? { channelId, simulated: simulated === true } : null;
  };
  return (async (action: string, params: never) => (action === "ingest.list" ? rooms : belongs(params))) as Call;
}

const anna = (simulated: boolean) =>
  aRoom({ uniqueId: "anna", simulated, provider: simulated ? "simulator" : "direct" });
const refused = { code: 404, type: "NOT_FOUND" };

describe("following a streamer", () => {
  const follow = (
    scope: object,
    uniqueId: string,
    provider?: Provider,
    rooms: RoomStatus[] = [],
    otherwise?: Provider,
  ) => assertMayFollow(world(...rooms), scope, { uniqueId, provider }, otherwise ?? "direct");

  it.each([
    ["a developer, a simulation", developer, "show", "simulator"],
    ["a developer, one of a handle that is real, too", developer, "@Anna", "simulator"],
    ["a streamer, themselves", streamer, "anna", "direct"],
    ["a streamer, themselves as is usual", streamer, "anna", undefined],
    ["a streamer of a simulation, that", ofSimulation, "show", "simulator"],
    ["an operator, anybody", {}, "bob", "direct"],
  ] as const)("may %s", async (_, scope, uniqueId, provider) => {
    await follow(scope, uniqueId, provider);
  });

  it.each([
    ["a developer, a real room", developer, "anna", "direct"],
    ["a developer, a real room because that is usual", developer, "show", undefined],
    ["a streamer of a simulation, a real room", ofSimulation, "show", "euler"],
    ["a streamer, somebody else", streamer, "bob", "direct"],
  ] as const)("may not %s", async (_, scope, uniqueId, provider) => {
    await expect(follow(scope, uniqueId, provider)).rejects.toMatchObject(refused);
  });

  it("is what it was when nobody says how", async () => {
    await follow(developer, "anna", undefined, [anna(true)]);
    await expect(follow(developer, "anna", undefined, [anna(false)], "simulator")).rejects.toMatchObject(refused);
  });

  it("as a simulation ends nobody's real room, and the other way round it may", async () => {
    await expect(follow(developer, "anna", "simulator", [anna(false)])).rejects.toMatchObject(refused);
    await follow(streamer, "anna", "direct", [anna(true)]);
  });
});

it("a room is not taken for a simulation because its streamer has been simulated", async () => {
  const real = world(aRoom({ uniqueId: "show", simulated: false }));
  await expect(assertInScope(real, developer, "stream", "show")).rejects.toMatchObject(refused);
  await assertInScope(world(aRoom({ uniqueId: "show", simulated: true })), developer, "stream", "show");
});

it("a handle is within reach when one of those who go by it is", async () => {
  for (const scope of [developer, streamer, ofSimulation]) await assertInScope(world(), scope, "streamer", "anna");
  await expect(assertInScope(world(), developer, "streamer", "bob")).rejects.toMatchObject(refused);
});
